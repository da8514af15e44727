//! Measures the built provider and prints a table. Nothing is asserted: only ratios from one run mean something.

mod planning;
mod process;
mod sets;
mod statistics;
mod table;

use std::io::{self, Write};
use std::process::Command;

use acceptance::{Tool, built};

use crate::statistics::Times;
use crate::table::Table;

fn main() -> io::Result<()> {
    let provider = built("terraform-provider-sparki");
    let mut out = io::stdout().lock();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    writeln!(
        out,
        "{}, {cores} cores, {} {}",
        terraform_version(),
        std::env::consts::OS,
        std::env::consts::ARCH
    )?;
    writeln!(out, "provider: {}\n", provider.display())?;

    let mut table = Table::new(["what", "measured", "goal", "command"]);
    let size = std::fs::metadata(&provider)?.len();
    table.row(["executable", &megabytes(size), "<= 25 MB with AWS", "ls -l"]);
    process::measure(&provider, &mut table);
    for instances in [1, 1000] {
        planning::measure(instances, Times(if instances == 1 { 9 } else { 5 }), &mut table);
    }
    sets::measure(Times(5), &mut table);
    write!(out, "{table}")
}

fn terraform_version() -> String {
    let output =
        Command::new(Tool::preferred().path()).arg("version").env("CHECKPOINT_DISABLE", "1").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("Terraform").to_owned()
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

//! Measures the built provider and prints a table. Nothing is asserted: only ratios from one run mean something.

mod critical_path;
mod load;
mod planning;
mod process;
mod refresh;
mod sets;
mod statistics;
mod table;

use std::io::{self, Write};
use std::process::Command;

use acceptance::{Tool, built};

use crate::refresh::Others;
use crate::statistics::Times;
use crate::table::Table;

/// What can be measured, by the names that the command line takes.
const PARTS: [&str; 7] = ["process", "plans", "sets", "refresh", "crowd", "load", "path"];

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return writeln!(out, "There is no part {unknown:?}. Name some of {PARTS:?}, or none for all.");
    }
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    writeln!(
        out,
        "{}, {cores} cores, {} {}",
        terraform_version(),
        std::env::consts::OS,
        std::env::consts::ARCH
    )?;
    let mut table = Table::new(["what", "measured", "goal", "command"]);
    if wants("process") {
        let provider = built("terraform-provider-sparki");
        writeln!(out, "provider: {}\n", provider.display())?;
        let size = std::fs::metadata(&provider)?.len();
        table.row(["executable", &megabytes(size), "<= 25 MB with AWS", "ls -l"]);
        process::measure(&provider, &mut table);
    }
    if wants("plans") {
        for instances in [1, 1000] {
            planning::measure(instances, Times(if instances == 1 { 9 } else { 5 }), &mut table);
        }
    }
    if wants("sets") {
        sets::measure(Times(5), &mut table);
    }
    if wants("refresh") {
        for instances in [1, 20, 1000] {
            refresh::measure(instances, Others::None, Times(5), &mut table);
        }
    }
    if wants("crowd") {
        for others in [Others::Elsewhere(19_000), Others::Around(19_000)] {
            refresh::measure(1000, others, Times(3), &mut table);
        }
    }
    if wants("load") {
        load::measure(&mut table);
    }
    if wants("path") {
        critical_path::measure(&mut table);
    }
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

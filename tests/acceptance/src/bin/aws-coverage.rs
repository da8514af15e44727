//! Writes the page that tells which stand-in plays enough of AWS for which resource type: `aws-coverage`, or `aws-coverage
//! sparki_vpc sparki_kms_key` where only these have changed.

use std::{env, fs, io};

fn main() -> io::Result<()> {
    let only: Vec<_> = env::args().skip(1).collect();
    let page = acceptance::coverage::page();
    let before = fs::read_to_string(&page)?;
    let measured = acceptance::coverage::measure((&before, &only), |line| eprintln!("{line}"));
    fs::write(page, measured)
}

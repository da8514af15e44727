//! Writes the page that tells which stand-in plays enough of AWS for which resource type.

fn main() -> std::io::Result<()> {
    let page = acceptance::coverage::measure(|line| eprintln!("{line}"));
    std::fs::write(acceptance::coverage::page(), page)
}

//! A table for people.

use std::fmt;

/// Rows of four columns, aligned when they are printed.
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    pub(crate) fn new(head: [&str; 4]) -> Self {
        Self(vec![head.map(str::to_owned), head.map(|title| "-".repeat(title.len()))])
    }

    pub(crate) fn row(&mut self, row: [&str; 4]) {
        self.0.push(row.map(str::to_owned));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for [what, measured, goal, command] in &self.0 {
            let [first, second, third] = widths;
            writeln!(f, "{what:first$}  {measured:>second$}  {goal:third$}  {command}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["what", "measured", "goal", "command"]);
        table.row(["a longer one", "1", "<= 2", "ls"]);
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "what          measured  goal  command");
        assert_eq!(lines[2], "a longer one         1  <= 2  ls");
    }
}

//! The `use` lines of a file.

use std::collections::{BTreeMap, BTreeSet};

/// Paths that are used in a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Imports(BTreeSet<String>);

impl Imports {
    pub(crate) fn add(&mut self, path: &str) {
        self.0.insert(path.to_owned());
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// Types of other modules, by path.
    pub(crate) fn foreign(&self, module: &str) -> impl Iterator<Item = &str> {
        let own = format!("crate::api::{module}::");
        let paths = self.0.iter().map(String::as_str).filter(|path| path.starts_with("crate::api::"));
        paths.filter(move |path| !path.starts_with(&own))
    }

    /// Leaves out what the file defines itself.
    pub(crate) fn without(&mut self, module: &str, names: &[String]) {
        for name in names {
            self.0.remove(&format!("crate::api::{module}::{name}"));
        }
    }

    /// The lines, in three groups, one for each path that things are taken from.
    pub(crate) fn text(&self) -> String {
        let mut groups: [BTreeMap<&str, Vec<&str>>; 3] = Default::default();
        for path in &self.0 {
            let Some((parent, name)) = path.rsplit_once("::") else { continue };
            let group = match path.split("::").next() {
                Some("std") => 0,
                Some("crate") => 2,
                Some(_) | None => 1,
            };
            groups[group].entry(parent).or_default().push(name);
        }
        let lines = |group: BTreeMap<&str, Vec<&str>>| {
            let line = |(parent, names): (&str, Vec<&str>)| match names.as_slice() {
                [name] => format!("use {parent}::{name};\n"),
                names => format!("use {parent}::{{{}}};\n", names.join(", ")),
            };
            group.into_iter().map(line).collect::<String>()
        };
        let groups = groups.into_iter().map(lines).filter(|lines| !lines.is_empty());
        groups.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_grouped_and_leave_out_what_is_there() {
        let mut imports = Imports::default();
        for path in
            ["std::fmt", "serde::Serialize", "serde::Deserialize", "crate::api::a::A", "crate::api::a::B"]
        {
            imports.add(path);
        }
        imports.without("a", &["B".to_owned()]);
        assert_eq!(
            imports.text(),
            "use std::fmt;\n\nuse serde::{Deserialize, Serialize};\n\nuse crate::api::a::A;\n"
        );
    }
}

//! Rules of style that a look at the source files can check.

use std::path::{Path, PathBuf};

/// Every Rust file of the repository, with its path from the root.
pub(crate) fn files() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let shown = path.strip_prefix(&root).unwrap_or(Path::new("")).to_string_lossy().into_owned();
                // Files may come and go while other tests of the workspace run.
                if let Ok(text) = std::fs::read_to_string(&path) {
                    found.push((shown, text));
                }
            }
        }
    }
    found.sort();
    assert!(found.len() > 100, "the walk found only {} files", found.len());
    found
}

/// Complains about every file that breaks a rule.
fn check_files(rule: impl Fn(&str, &str) -> Option<String>) {
    let found = files();
    let complaint =
        |(path, text): &(String, String)| rule(path, text).map(|problem| format!("{path}: {problem}"));
    let complaints: Vec<_> = found.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_file_has_more_than_500_lines() {
    check_files(|_, text| {
        let lines = text.lines().count();
        (lines > 500).then(|| format!("{lines} lines; split it by concept"))
    });
}

#[test]
fn every_file_is_named_after_something() {
    check_files(|path, _| {
        let mut parts = path.trim_end_matches(".rs").split('/');
        let nameless = ["utils", "util", "common", "helpers", "helper", "misc"];
        parts
            .any(|part| nameless.contains(&part))
            .then(|| "what cannot be named belongs where it is used".into())
    });
}

#[test]
fn mod_rs_holds_no_logic() {
    check_files(|path, text| {
        if !path.ends_with("/mod.rs") || !path.contains("src/") {
            return None;
        }
        // What a macro writes elsewhere is not logic of this file.
        let mut in_macro = false;
        let function = text.lines().find(|line| {
            in_macro = (in_macro || line.starts_with("macro_rules!")) && *line != "}";
            let line = line.trim_start();
            let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            !in_macro && ["fn ", "async fn ", "const fn "].iter().any(|start| line.starts_with(start))
        });
        function.map(|line| format!("has a function: {}", line.trim()))
    });
}

#[test]
fn only_the_handshake_and_programs_for_people_print() {
    const MAY_PRINT: [&str; 7] = [
        "provider/server/src/handshake.rs",
        "provider/docgen/",
        "sdk/cli/",
        // Examples of the documentation.
        "sdk/client/codegen/snippets/",
        "sdk/control-plane/src/bin/",
        "tests/",
        "examples/",
    ];
    check_files(|path, text| {
        if path.ends_with("build.rs")
            || path.contains("/tests/")
            || MAY_PRINT.iter().any(|start| path.starts_with(start))
        {
            return None;
        }
        let prints = |line: &&str| {
            let code = line.trim_start();
            !code.starts_with("//")
                && code.replace("eprintln!(", "").replace("eprint!(", "").contains("print")
                && (code.contains("println!(") || code.contains(" print!("))
                && !code.contains("eprint")
        };
        text.lines().find(prints).map(|line| format!("prints: {}", line.trim()))
    });
}

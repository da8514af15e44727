//! Every schema as text, so that a removed, renamed or newly required attribute shows in a review.
//!
//! `UPDATE_EXPECT=1 cargo test -p conformance` writes the files anew.

use std::fmt::Write;
use std::path::PathBuf;

use sparki_core::{Attribute, Kind, ObjectSchema, Replace, Unset};

use crate::registry::registry;

fn goldens() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens")
}

fn outline(object: &ObjectSchema, depth: usize, text: &mut String) {
    for attribute in &object.attributes {
        let kind = match &attribute.kind {
            Kind::Plain(ty) => ty.friendly_name(),
            Kind::Nested(nesting, _) => format!("{nesting:?}").to_lowercase(),
        };
        let _ = writeln!(
            text,
            "{}{}: {kind}, {}",
            "  ".repeat(depth),
            attribute.name,
            flags(attribute).join(", ")
        );
        if let Kind::Nested(_, inner) = &attribute.kind {
            outline(inner, depth + 1, text);
        }
    }
    for rule in &object.rules {
        let _ = writeln!(text, "{}{rule:?}", "  ".repeat(depth));
    }
}

fn flags(attribute: &Attribute) -> Vec<String> {
    let mut flags = vec![format!("{:?}", attribute.mode).to_lowercase()];
    let words = [
        (attribute.sensitive, "sensitive"),
        (attribute.write_only, "write-only"),
        (attribute.local, "local"),
        (attribute.unread, "unread"),
        (attribute.shared, "shared"),
        (attribute.refinement.not_null, "never null"),
        (attribute.equivalent.is_some(), "compared by meaning"),
        (attribute.deprecation.is_some(), "deprecated"),
    ];
    flags.extend(words.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned()));
    if let Some(default) = attribute.default {
        let json = default().to_json().expect("a default is known");
        flags.push(format!("default {json}"));
    }
    match attribute.replace {
        Replace::Never => {}
        Replace::Always => flags.push("replaces".into()),
        Replace::IfConfigured => flags.push("replaces if configured".into()),
        Replace::If(_) => flags.push("may replace".into()),
    }
    match attribute.unset {
        Unset::Recompute => {}
        Unset::KeepState => flags.push("kept".into()),
        Unset::KeepNonNullState => flags.push("kept unless null".into()),
        Unset::KeepUnless(names) => flags.push(format!("kept unless {} changes", names.join(" or "))),
    }
    flags
}

#[test]
fn every_schema_is_the_one_that_was_reviewed() {
    for (name, resource) in registry().resources() {
        let schema = resource.schema();
        let mut text = format!("{name}, version {}\n", schema.version);
        outline(&schema.object, 1, &mut text);
        for (example, meaning) in resource.import_forms() {
            let _ = writeln!(text, "import {example}: {meaning}");
        }
        if let Some(identity) = resource.identity_schema() {
            let _ = writeln!(text, "identity, version {}", identity.version);
            outline(&identity.object, 1, &mut text);
        }
        if let Some(filter) = resource.filter_schema() {
            let _ = writeln!(text, "list");
            outline(&filter.object, 1, &mut text);
        }
        expect_test::expect_file![goldens().join(format!("{name}.txt"))].assert_eq(&text);
    }
}

#[test]
fn every_function_is_the_one_that_was_reviewed() {
    for (name, function) in registry().functions() {
        let signature = function.signature();
        let mut text = format!("{name}: {}\n", signature.summary);
        for parameter in &signature.parameters {
            let null = if parameter.nullable { ", or null" } else { "" };
            let _ = writeln!(text, "  {}: {}{null}", parameter.name, parameter.ty.friendly_name());
        }
        if let Some(variadic) = &signature.variadic {
            let _ = writeln!(text, "  {}...: {}", variadic.name, variadic.ty.friendly_name());
        }
        let _ = writeln!(text, "returns {}", signature.output.ty().to_json());
        expect_test::expect_file![goldens().join(format!("functions/{name}.txt"))].assert_eq(&text);
    }
}

#[test]
fn every_ephemeral_resource_is_the_one_that_was_reviewed() {
    for (name, ephemeral) in registry().ephemerals() {
        let mut text = format!("{name}\n");
        outline(&ephemeral.schema().object, 1, &mut text);
        expect_test::expect_file![goldens().join(format!("ephemeral/{name}.txt"))].assert_eq(&text);
    }
}

#[test]
fn every_golden_belongs_to_something() {
    let resources: Vec<_> = registry().resources().keys().copied().collect();
    let functions: Vec<_> = registry().functions().keys().copied().collect();
    let ephemerals: Vec<_> = registry().ephemerals().keys().copied().collect();
    for (folder, names) in [("", resources), ("functions", functions), ("ephemeral", ephemerals)] {
        for entry in std::fs::read_dir(goldens().join(folder)).expect("there are goldens").flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            let Some(name) = file.strip_suffix(".txt") else { continue };
            assert!(names.contains(&name), "there is no {name}: remove its golden");
        }
    }
}

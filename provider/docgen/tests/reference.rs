//! The reference is up to date, whole, and as the registry wants it.

use std::path::{Path, PathBuf};
use std::process::Command;

use sparki_core::{ObjectSchema, Replace};
use sparki_docgen::{Difference, Part, Site, parts};
use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;

/// The registry cuts longer pages off: "no more than 500KB" in its documentation on provider documentation.
const LONGEST_PAGE: usize = 500_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn site() -> Site {
    Site::generate(&root()).unwrap_or_else(|error| panic!("{error:?}"))
}

/// Every folder of a type with the type's name.
fn folders() -> Vec<(PathBuf, &'static str)> {
    let of_part = |part: &Part| {
        let folders = root().join(part.folders);
        let names: Vec<_> = part.registry.resources().keys().copied().collect();
        names.into_iter().map(move |name| (folders.join(name.trim_start_matches("sparki_")), name))
    };
    parts().iter().flat_map(of_part).collect()
}

#[test]
fn the_reference_is_up_to_date() {
    let differences = site().differences(&root()).unwrap();
    let differences: Vec<_> = differences.iter().map(Difference::to_string).collect();
    assert!(differences.is_empty(), "{}; run \"cargo run -p sparki-docgen\"", differences.join(", "));
}

#[test]
fn every_example_is_formatted() {
    let mut terraform = Command::new("terraform");
    terraform
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .args(["fmt", "-check", "-diff"]);
    // Versions that know no queries do not look into such files.
    let queries = tempfile::tempdir().unwrap();
    for (folder, name) in folders() {
        terraform.args(["example.tf", "data.tf", "identity.tf"].map(|file| folder.join(file)));
        let query = queries.path().join(format!("{name}.tf"));
        std::fs::copy(folder.join("list.tfquery.hcl"), &query).unwrap();
        terraform.arg(query);
    }
    for part in parts() {
        let folders = root().join(part.folders);
        let functions = part.registry.functions().keys().map(|name| folders.join("functions").join(name));
        let ephemerals =
            part.registry.ephemerals().keys().map(|name| folders.join(name.trim_start_matches("sparki_")));
        terraform.args(functions.chain(ephemerals).map(|folder| folder.join("example.tf")));
    }
    terraform.arg(root().join("examples/provider/provider.tf"));
    // Without Terraform there is nothing to ask.
    if let Ok(output) = terraform.output() {
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
}

#[test]
fn every_example_uses_its_own_type() {
    for (folder, name) in folders() {
        let has = |file: &str, block: String| {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            assert!(text.contains(&block), "{} has no {block}", folder.join(file).display());
        };
        has("example.tf", format!("resource \"{name}\" "));
        has("data.tf", format!("data \"{name}\" "));
        has("import.sh", format!("terraform import {name}."));
        has("identity.tf", format!("to = {name}."));
        has("list.tfquery.hcl", format!("list \"{name}\" "));
    }
}

#[test]
fn every_type_has_its_pages() {
    let site = site();
    for part in parts() {
        let resources = part.registry.resources().keys().map(|name| ("resources", *name));
        let data_sources = part.registry.data_sources().keys().map(|name| ("data-sources", *name));
        let lists = part.registry.listable().map(|(name, _)| ("list-resources", name));
        let ephemerals = part.registry.ephemerals().keys().map(|name| ("ephemeral-resources", *name));
        for (kind, name) in resources.chain(data_sources).chain(lists).chain(ephemerals) {
            let path = format!("docs/{kind}/{}.md", name.trim_start_matches("sparki_"));
            let page = &site.pages()[Path::new(&path)];
            assert!(page.contains(&format!("\nsubcategory: \"{}\"\n", part.subcategory)), "{path}");
            let noun = match kind {
                "resources" => "Resource",
                "data-sources" => "Data Source",
                "list-resources" => "List Resource",
                _ => "Ephemeral Resource",
            };
            assert!(page.contains(&format!("\npage_title: \"{name} {noun} - sparki\"\n")), "{path}");
            assert!(page.contains(&format!("\n# {name} ({noun})\n")), "{path}");
        }
    }
}

#[test]
fn every_function_has_a_page_that_says_how_to_call_it() {
    let site = site();
    for part in parts() {
        for (name, function) in part.registry.functions() {
            let path = format!("docs/functions/{name}.md");
            let page = &site.pages()[Path::new(&path)];
            assert!(page.contains(&format!("\npage_title: \"{name} function - sparki\"\n")), "{path}");
            assert!(page.contains(&format!("\n# function: {name}\n")), "{path}");
            assert!(page.contains(&format!("provider::sparki::{name}(")), "{path}");
            let signature = function.signature();
            for parameter in signature.parameters.iter().chain(&signature.variadic) {
                assert!(page.contains(&format!(". `{}` (", parameter.name)), "{path}: {}", parameter.name);
            }
        }
    }
}

#[test]
fn an_import_may_name_the_identity() {
    let site = site();
    for (folder, name) in folders() {
        let path = format!("docs/resources/{}.md", name.trim_start_matches("sparki_"));
        let page = &site.pages()[Path::new(&path)];
        let example = std::fs::read_to_string(folder.join("identity.tf")).unwrap();
        assert!(page.contains("\n### Identity\n") && page.contains(example.trim_end()), "{path}");
    }
}

#[test]
fn the_provider_serves_what_is_documented() {
    let provider = Sparki::new();
    let served: Vec<_> = provider.registry().resources().keys().copied().collect();
    let mut documented: Vec<_> = folders().into_iter().map(|(_, name)| name).collect();
    documented.sort_unstable();
    assert_eq!(served, documented);
}

/// Checks size and front matter, and returns what follows it.
fn check_page<'a>(path: &str, page: &'a str) -> &'a str {
    assert!(page.len() < LONGEST_PAGE, "{path} has {} bytes", page.len());
    let (front_matter, body) = page
        .strip_prefix("---\n")
        .and_then(|page| page.split_once("\n---\n\n"))
        .expect("a page begins with front matter");
    let keys: Vec<_> = front_matter
        .lines()
        .filter(|line| !line.starts_with(['#', ' ']))
        .filter_map(|line| line.split_once(':').map(|(key, _)| key))
        .collect();
    assert_eq!(keys, ["page_title", "subcategory", "description"], "{path}");
    assert!(body.starts_with("# "), "{path} has no heading");
    body
}

#[test]
fn every_guide_is_as_the_registry_wants_it() {
    let guides = std::fs::read_dir(root().join("docs/guides")).unwrap();
    for path in guides.map(|entry| entry.unwrap().path()) {
        check_page(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn every_page_is_as_the_registry_wants_it() {
    for (path, page) in site().pages() {
        let path = path.display().to_string();
        let body = check_page(&path, page);
        assert!(body.contains("\n## Example Usage\n"), "{path}");
        for link in body.split("](#").skip(1) {
            let anchor = link.split(')').next().unwrap();
            assert!(body.contains(&format!("<a id=\"{anchor}\"></a>")), "{path} lacks {anchor}");
        }
    }
}

/// The pages take what replaces a resource from the schema; the descriptions, which editors show, must agree.
#[test]
fn descriptions_promise_a_replacement_only_where_there_is_one() {
    fn check(object: &ObjectSchema, name: &str) {
        for attribute in &object.attributes {
            let promised = attribute.description.contains("Changing it makes a new ");
            let replaces = !matches!(attribute.replace, Replace::Never);
            assert!(replaces || !promised, "{name}.{}", attribute.name);
        }
    }
    for part in parts() {
        for (name, resource) in part.registry.resources() {
            check(&resource.schema().object, name);
        }
    }
}

#[test]
fn writing_mends_every_difference() {
    let folder = tempfile::tempdir().unwrap();
    let site = site();
    std::fs::create_dir_all(folder.path().join("docs/resources")).unwrap();
    std::fs::write(folder.path().join("docs/resources/gone.md"), "").unwrap();
    std::fs::write(folder.path().join("docs/resources/project.md"), "").unwrap();
    let written = site.write(folder.path()).unwrap();
    let page = |path: &str| PathBuf::from(path);
    assert!(written.contains(&Difference::Stale(page("docs/resources/project.md"))));
    assert!(written.contains(&Difference::Orphan(page("docs/resources/gone.md"))));
    assert!(written.contains(&Difference::Missing(page("docs/index.md"))));
    assert!(site.differences(folder.path()).unwrap().is_empty());
}

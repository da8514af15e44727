//! What a project is.

use serde::Serialize;
use url::Url;

use crate::{
    delivery::{environment::ENVIRONMENT, pipeline::PIPELINE},
    document::{Fields, choice::choice},
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(crate) static PROJECT: Shape = Shape {
    kind: "project",
    collection: "projects",
    table: "projects",
    workspace_column: "workspace_id",
    parent: Some(Parent { shape: &WORKSPACE, field: "workspace_id" }),
    key: "slug",
    filters: &["workspace_id", "slug"],
    immutable: &["workspace_id", "slug"],
    computed: &["archived", "detected"],
    children: &[&PIPELINE, &ENVIRONMENT],
    roles: Roles::MEMBERS,
};

choice! {
    /// Whether the server looks for the framework and language itself.
    Detection { Auto = "auto", Pin = "pin", Off = "off" }
}

choice! {
    /// Who may see the project.
    Visibility { Private = "private", Internal = "internal", Public = "public" }
}

#[derive(Debug, Serialize)]
pub(crate) struct Project {
    workspace_id: Id<Workspace>,
    name: String,
    slug: String,
    git_url: String,
    default_branch: String,
    root_directory: String,
    framework: Option<String>,
    language: Option<String>,
    detection: Detection,
    build_settings: BuildSettings,
    visibility: Visibility,
    deletion_protection: bool,
    archived: bool,
    /// What detection found; builds fill it in.
    detected: Option<Detected>,
}

#[derive(Debug, Serialize)]
struct BuildSettings {
    install_command: Option<String>,
    build_command: Option<String>,
    output_directory: Option<String>,
}

#[derive(Debug, Serialize)]
struct Detected {
    framework: String,
    language: String,
    version: String,
    confidence: f64,
}

impl Project {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", 255);
        let git_url = fields.required_text("git_url", 255);
        if let Some(reason) = git_url_problem(&git_url) {
            fields.error("git_url", "format", reason);
        }
        Self {
            workspace_id: fields.required_id("workspace_id"),
            slug: fields.slug_of(&name, 255),
            name,
            git_url,
            default_branch: fields.text_or("default_branch", 255, "main"),
            root_directory: fields.text_or("root_directory", 255, "."),
            framework: fields.text("framework", 50),
            language: fields.text("language", 50),
            detection: fields.choice_or("detection", Detection::Auto),
            build_settings: fields.object_or_default("build_settings", |fields| BuildSettings {
                install_command: fields.text("install_command", 1000),
                build_command: fields.text("build_command", 1000),
                output_directory: fields.text("output_directory", 255),
            }),
            visibility: fields.choice_or("visibility", Visibility::Private),
            deletion_protection: fields.flag_or("deletion_protection", false),
            archived: false,
            detected: None,
        }
    }
}

/// Why a text is no URL of a repository.
fn git_url_problem(text: &str) -> Option<&'static str> {
    const FORMS: &str = "Use https://host/owner/repo, ssh://git@host/owner/repo or git@host:owner/repo.";
    if text.is_empty() {
        // Reported as missing already.
        return None;
    }
    if text.contains(['?', '#']) || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Some(FORMS);
    }
    if text.starts_with("https://") || text.starts_with("ssh://") {
        let Ok(url) = Url::parse(text) else { return Some(FORMS) };
        if url.password().is_some() {
            return Some(
                "Leave the password out of the URL: everyone who may read the project could read it.",
            );
        }
        let whole = url.has_host() && url.path().trim_matches('/').contains(|c: char| c.is_alphanumeric());
        return (!whole).then_some(FORMS);
    }
    let scp = text.split_once(':').and_then(|(left, path)| Some((left.strip_prefix("git@")?, path)));
    match scp {
        Some((host, path)) if !host.is_empty() && path.trim_matches('/').contains('/') => None,
        Some(_) | None => Some(FORMS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_urls_have_three_forms() {
        for good in
            ["https://github.com/acme/web", "ssh://git@github.com/acme/web.git", "git@github.com:acme/web"]
        {
            assert_eq!(git_url_problem(good), None, "{good}");
        }
        for bad in [
            "http://github.com/acme/web",
            "git@github.com",
            "git@:acme/web",
            "https://",
            "acme/web",
            "https://github.com/acme/web?access_token=hunter2",
            "git@github.com:acme/web#hunter2",
            "git@git hub:acme/web",
        ] {
            assert!(git_url_problem(bad).is_some(), "{bad}");
        }
        assert!(git_url_problem("https://jane:hunter2@github.com/acme/web").is_some());
    }
}

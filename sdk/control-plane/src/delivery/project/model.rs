//! What a project is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    delivery::{
        environment::ENVIRONMENT, pipeline::PIPELINE, project::detection::Detected, release::RELEASE,
    },
    document::{Fields, choice::choice, form::Form},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
    variables::{attachment::VARIABLE_SET_ATTACHMENT, secret::SECRET, variable::VARIABLE},
};

pub(crate) static PROJECT: Shape = Shape {
    kind: "project",
    collection: "projects",
    table: "projects",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "slug",
    filters: &["workspace_id", "slug"],
    immutable: &["workspace_id", "slug"],
    computed: &["archived", "detected", "following"],
    children: &[&PIPELINE, &ENVIRONMENT, &RELEASE, &VARIABLE_SET_ATTACHMENT, &VARIABLE, &SECRET],
    roles: Roles::MEMBERS,
};

static GIT_URL: Form = Form::new("^(https://|ssh://|git@)[^?#\\s]+$", FORMS).checked(git_url_problem);
const FORMS: &str = "Use https://host/owner/repo, ssh://git@host/owner/repo or git@host:owner/repo.";

choice! {
    /// What becomes of the framework and the language that builds report.
    Detection {
        /// The newest is taken.
        Auto = "auto",
        /// The first is taken, and stays.
        Pin = "pin",
        /// None is taken.
        Off = "off",
    }
}

choice! {
    /// Who may see the project.
    Visibility { Private = "private", Internal = "internal", Public = "public" }
}

/// A repository that is built, tested and delivered.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Project {
    /// Workspace the project belongs to.
    workspace_id: Id<Workspace>,
    /// Name for people.
    name: String,
    /// Name in paths, unique in the workspace; by default it is made from the name.
    slug: String,
    /// Where the repository is, by https, ssh or as git@host:owner/repo, without a password.
    git_url: String,
    /// Branch that is built unless another is named.
    default_branch: String,
    /// Folder of the repository that the project is in.
    root_directory: String,
    /// Framework the project is written with; unset, it is the one that was detected.
    pub(super) framework: Option<String>,
    /// Language the project is written in; unset, it is the one that was detected.
    pub(super) language: Option<String>,
    /// What becomes of the framework and the language that builds report.
    pub(super) detection: Detection,
    /// How the project is built.
    build_settings: BuildSettings,
    /// Who may see the project.
    visibility: Visibility,
    /// Whether the project is kept from being deleted.
    deletion_protection: bool,
    /// Whether the project has been set aside.
    archived: bool,
    /// What a build has found; null before one has reported it.
    pub(super) detected: Option<Detected>,
    /// Which of `framework` and `language` nobody has chosen, so that they are what was detected.
    #[serde(default)]
    pub(super) following: Vec<Followed>,
}

choice! {
    /// A field that may follow what is detected.
    #[schemars(rename = "FollowedField")]
    Followed { Framework = "framework", Language = "language" }
}

/// How a project is built.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct BuildSettings {
    /// Command that installs what the build needs.
    install_command: Option<String>,
    /// Command that builds.
    build_command: Option<String>,
    /// Folder the build leaves its output in.
    output_directory: Option<String>,
}

impl Project {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let name = fields.required_text("name", 255);
        let mut project = Self {
            workspace_id: fields.required_id("workspace_id"),
            slug: fields.slug_of(&name, 255),
            name,
            git_url: fields.required_text_in("git_url", 255, &GIT_URL),
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
            following: Vec::new(),
        };
        project.follow(earlier);
        project
    }
}

/// Why a text is no URL of a repository, though it begins like one.
fn git_url_problem(text: &str) -> Option<&'static str> {
    if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
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
            assert_eq!(GIT_URL.problem(good), None, "{good}");
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
            assert!(!GIT_URL.admits(bad), "{bad}");
        }
        assert!(!GIT_URL.admits("https://jane:hunter2@github.com/acme/web"));
    }
}

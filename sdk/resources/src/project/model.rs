//! The definition of `sparki_project`.

use std::collections::BTreeMap;

use sparki_core::{Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{GitUrl, Project};
use crate::control_plane::is_id;
use crate::labels::{is_label_key, is_label_value};
use crate::{Slug, Workspace};

/// A project: a repository that Sparki builds and ships.
///
/// What the project is written in is detected unless `framework` and `language` say so.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ProjectModel {
    /// Identifier assigned by the control plane.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Project>>,
    /// Workspace the project belongs to. The provider's workspace if it is not set. Changing it makes a new project.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        requires_replace,
        refine(not_null),
        validate(custom(is_id))
    )]
    pub workspace_id: Value<Id<Workspace>>,
    /// Name shown to people, 1 to 255 characters.
    #[attr(required, validate(len(1..=255)))]
    pub name: Value<String>,
    /// Name in URLs and paths, 2 to 255 characters, unique in the workspace. Made from `name` if it is not set. Changing
    /// it makes a new project.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub slug: Value<Slug>,
    /// Address of the Git repository, up to 255 characters: `https://`, `ssh://` or `git@host:owner/repo`. The forms are
    /// interchangeable. It holds no password or token, which would stand in plan files.
    #[attr(required)]
    pub git_url: Value<GitUrl>,
    /// Branch that is built by default, 1 to 255 characters.
    #[attr(optional, default = "main", validate(len(1..=255)))]
    pub default_branch: Value<String>,
    /// Directory of the project inside the repository, 1 to 255 characters.
    #[attr(optional, default = ".", validate(len(1..=255)))]
    pub root_directory: Value<String>,
    /// Framework, 1 to 50 characters. Detected if it is not set.
    #[attr(
        optional,
        computed,
        keep_unless_changed(git_url, default_branch, root_directory, detection),
        validate(len(1..=50))
    )]
    pub framework: Value<String>,
    /// Language, 1 to 50 characters. Detected if it is not set.
    #[attr(
        optional,
        computed,
        keep_unless_changed(git_url, default_branch, root_directory, detection),
        validate(len(1..=50))
    )]
    pub language: Value<String>,
    /// Whether framework and language follow the repository (`auto`), stay as first detected (`pin`), or are never
    /// detected (`off`).
    #[attr(optional, default = Detection::Auto)]
    pub detection: Value<Detection>,
    /// Commands that override what was detected.
    #[attr(optional)]
    pub build_settings: Value<BuildSettings>,
    /// Who may see the project: its members (`private`), the workspace (`internal`), or everyone (`public`).
    #[attr(optional, default = Visibility::Private)]
    pub visibility: Value<Visibility>,
    /// Whether the project is protected from removal.
    #[attr(optional, default = false)]
    pub deletion_protection: Value<bool>,
    /// Whether removal only archives the project, so that it can be brought back.
    #[attr(optional, local, default = false)]
    pub archive_on_destroy: Value<bool>,
    /// What was found in the repository.
    #[attr(computed, keep_unless_changed(git_url, default_branch, root_directory, detection))]
    pub detected: Value<Detected>,
    /// Labels: keys of 1 to 255 bytes and values of up to 255 bytes of your own.
    #[attr(optional, validate(keys(custom(is_label_key)), each(custom(is_label_value))))]
    pub labels: Value<BTreeMap<String, String>>,
    /// When the project was made (RFC 3339, UTC).
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub created_at: Value<String>,
    /// When the project was last changed (RFC 3339, UTC).
    #[attr(computed, refine(not_null))]
    pub updated_at: Value<String>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// Commands that override what was detected.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct BuildSettings {
    /// Command that installs dependencies, 1 to 1000 characters.
    #[attr(optional, validate(len(1..=1000)))]
    pub install_command: Value<String>,
    /// Command that builds, 1 to 1000 characters.
    #[attr(optional, validate(len(1..=1000)))]
    pub build_command: Value<String>,
    /// Directory that the build writes to, 1 to 255 characters.
    #[attr(optional, validate(len(1..=255)))]
    pub output_directory: Value<String>,
}

/// What was found in a repository.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Detected {
    /// Framework.
    #[attr(computed)]
    pub framework: Value<String>,
    /// Language.
    #[attr(computed)]
    pub language: Value<String>,
    /// Version of the language or the framework.
    #[attr(computed)]
    pub version: Value<String>,
    /// How sure the detection is, from 0 to 1.
    #[attr(computed)]
    pub confidence: Value<sparki_core::Number>,
}

/// Whether framework and language follow the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Detection {
    /// They follow the repository.
    Auto,
    /// They stay as first detected.
    Pin,
    /// They are never detected.
    Off,
}

/// Who may see a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Visibility {
    /// Its members.
    Private,
    /// The whole workspace.
    Internal,
    /// Everyone.
    Public,
}

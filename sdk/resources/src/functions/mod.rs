//! Functions that configuration calls, one folder each. Pure: nobody is asked, and nothing is looked up.

pub mod parse_duration;
pub mod parse_git_url;
pub mod parse_image;
pub mod permission_match;
pub mod slugify;

pub use parse_duration::ParseDuration;
pub use parse_git_url::ParseGitUrl;
pub use parse_image::ParseImage;
pub use permission_match::PermissionMatch;
pub use slugify::Slugify;

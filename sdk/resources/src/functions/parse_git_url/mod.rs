//! `parse_git_url`: takes the address of a Git repository apart.

mod function;
#[cfg(test)]
mod tests;

pub use function::{ParseGitUrl, ParseGitUrlArguments, Repository};

//! The function `parse_git_url`.

use sparki_core::{Function, FunctionError, Value};
use sparki_derive::Model;

use crate::project::GitUrl;

/// The function `parse_git_url`.
#[derive(Clone, Copy, Debug)]
pub enum ParseGitUrl {}

/// Takes the address of a Git repository apart, in any of the forms that a project takes: `https://host/owner/repo`,
/// `ssh://git@host/owner/repo` and `git@host:owner/repo`, with or without `.git` at the end.
///
/// All forms of one repository give the same result. An address with a password or token before its host, or with `?` or
/// `#`, is an error.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ParseGitUrlArguments {
    /// Address of the repository.
    #[attr(required)]
    pub url: Value<GitUrl>,
}

/// The parts of the address of a Git repository.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Repository {
    /// Host in lower case, with its port if it is not the usual one: `github.com`.
    #[attr(computed)]
    pub host: Value<String>,
    /// Who owns the repository. Where groups are nested, all of them: `acme` or `acme/platform`.
    #[attr(computed)]
    pub owner: Value<String>,
    /// Name of the repository, without `.git`.
    #[attr(computed)]
    pub repository: Value<String>,
    /// Owner and name: `acme/web`.
    #[attr(computed)]
    pub path: Value<String>,
}

impl Function for ParseGitUrl {
    const NAME: &'static str = "parse_git_url";
    const SUMMARY: &'static str = "Takes the address of a Git repository apart.";
    type Arguments = ParseGitUrlArguments;
    type Output = Repository;

    fn call(arguments: ParseGitUrlArguments) -> Result<Repository, FunctionError> {
        let address = arguments.url.known().and_then(GitUrl::repository);
        let address = address.expect("arguments are validated before a function is called");
        let (owner, repository) = address.path.rsplit_once('/').expect("a path has two parts or more");
        Ok(Repository {
            owner: owner.into(),
            repository: repository.into(),
            host: address.host.into(),
            path: address.path.clone().into(),
        })
    }
}

//! What the process was asked to do.

use std::ffi::OsString;

use crate::product::About;

/// What the arguments ask for. Terraform gives none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// Serve the Terraform process that started this one.
    Plugin,
    /// Serve whoever connects, for a debugger.
    Debug,
    /// Say what this is and how to use it.
    Help,
    /// Say which version this is.
    Version,
    /// Refuse an argument that means nothing here.
    Refused(String),
}

/// What a person who runs the provider by hand is told.
#[must_use]
pub fn help(about: &About) -> String {
    let About { name, title, .. } = about;
    let source = about.source();
    format!(
        "\
This is the Terraform provider for {title}. Terraform starts it; it is not run by hand.

To use it, name it in a Terraform configuration and run \"terraform init\":

  terraform {{
    required_providers {{
      {name} = {{
        source = \"{source}\"
      }}
    }}
  }}

Options:
  --debug    Serve until interrupted and print how Terraform reaches this process
  --version  Print the version
  --help     Print this text"
    )
}

impl Invocation {
    /// Reads the arguments that follow the program's name.
    ///
    /// One dash does as well as two, because providers written in Go take one.
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Self {
        let Some(first) = arguments.next() else { return Self::Plugin };
        let first = first.to_string_lossy();
        if let Some(second) = arguments.next() {
            return Self::Refused(second.to_string_lossy().into_owned());
        }
        match first.as_ref() {
            "--debug" | "-debug" => Self::Debug,
            "--help" | "-help" | "-h" => Self::Help,
            "--version" | "-version" | "-V" => Self::Version,
            other => Self::Refused(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_parse(arguments: &[&str], expected: Invocation) {
        assert_eq!(Invocation::parse(arguments.iter().map(OsString::from)), expected);
    }

    #[test]
    fn no_argument_means_that_terraform_started_it() {
        check_parse(&[], Invocation::Plugin);
    }

    #[test]
    fn one_dash_does_as_well_as_two() {
        check_parse(&["--debug"], Invocation::Debug);
        check_parse(&["-debug"], Invocation::Debug);
    }

    #[test]
    fn what_means_nothing_is_refused_by_name() {
        check_parse(&["plan"], Invocation::Refused("plan".into()));
        check_parse(&["--debug", "now"], Invocation::Refused("now".into()));
    }
}

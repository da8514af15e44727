//! The ways in which Terraform comes by providers.

use std::sync::Arc;

use crate::installation::Installation;
use crate::tool::Tool;

/// How Terraform comes by the providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Driver {
    /// From the folder it was built in; needs no `init`, checks no lock file.
    DevOverrides,
    /// From a filesystem mirror, with `init` and a lock file, as a release is installed.
    Mirror,
    /// It runs already: the value of `TF_REATTACH_PROVIDERS`.
    Reattach(String),
}

impl Driver {
    /// The text of a CLI configuration that installs these providers, and nothing from elsewhere.
    pub(crate) fn cli_configuration(&self, tool: &Tool, installations: &[Arc<Installation>]) -> String {
        let mirror = |path: &std::path::Path| format!("  filesystem_mirror {{\n    path = {path:?}\n  }}\n");
        let methods = match self {
            Self::DevOverrides => {
                let overrides: String = installations
                    .iter()
                    .map(|it| format!("    {:?} = {:?}\n", it.which().source(), it.folder()))
                    .collect();
                // A method of installation must be there, so this one has nothing to offer.
                let nothing = installations.first().map(|it| mirror(&it.mirror_folder())).unwrap_or_default();
                format!("  dev_overrides {{\n{overrides}  }}\n{nothing}")
            }
            // Each has its own mirror, and says nothing about the others.
            Self::Mirror => installations
                .iter()
                .map(|it| {
                    let source = it.which().source();
                    format!(
                        "  filesystem_mirror {{\n    path = {:?}\n    include = [{:?}]\n  }}\n",
                        it.mirror(tool),
                        format!("{}/{source}", tool.registry()),
                    )
                })
                .collect(),
            // Nothing is installed, from nowhere.
            Self::Reattach(_) => String::new(),
        };
        format!("provider_installation {{\n{methods}}}\n")
    }
}

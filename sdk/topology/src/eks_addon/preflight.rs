//! Whether AWS offers what is planned.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostic, Diagnostics, Path, Preflight, Proposal, RemoteError, Value};

use super::{EksAddon, EksAddonModel};
use crate::eks::{Catalog, Session, Version, Wanted};
use crate::operation::judged;

const CHECK: &str = "failed to check the version of the add-on";

impl Preflight for EksAddon {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<EksAddonModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        let is_settled = prior.is_some_and(|prior| {
            prior.installed_version == planned.installed_version
                && prior.cluster_version == planned.cluster_version
        });
        let setting = ctx.remote().preflight();
        let (Some(name), Some(version)) = (planned.name.known(), planned.version.known()) else {
            return Ok(Diagnostics::new());
        };
        if is_settled || setting == sparki_aws::Preflight::Off {
            return Ok(Diagnostics::new());
        }
        let session = Session::begin(ctx, &planned.region).await?;
        let Some(target) = Target::find(&session, &planned).await? else { return Ok(Diagnostics::new()) };
        let Some(offered) = Catalog::ask(&session, CHECK, (name, target.version())).await? else {
            return Ok(Diagnostics::new());
        };
        if offered.offers(Wanted::read(version)) {
            return Ok(Diagnostics::new());
        }
        // The cluster may well be upgraded before the add-on is, in the same run.
        let next = match &target {
            Target::Wanted(_) => None,
            Target::Running(version) => version.parse::<Version>().ok().map(Version::next),
        };
        let later = match next {
            Some(next) => {
                let next = next.to_string();
                let offered = Catalog::ask(&session, CHECK, (name, &next)).await?;
                offered.is_some_and(|offered| offered.offers(Wanted::read(version))).then_some(next)
            }
            None => None,
        };
        let found = match later {
            Some(next) => too_early(version, target.version(), &next),
            None => not_offered(&offered, (name, version), target.version()),
        };
        Ok(judged(setting, [found]))
    }
}

/// The version of Kubernetes that an add-on has to fit.
enum Target {
    /// The one that the practitioner names.
    Wanted(String),
    /// The one that the cluster has now.
    Running(String),
}

impl Target {
    /// None if it is not known yet, or there is no such cluster yet.
    async fn find(session: &Session<'_>, planned: &EksAddonModel) -> Result<Option<Self>, RemoteError> {
        match (&planned.cluster_version, planned.cluster_name.known()) {
            (Value::Known(version), _) => Ok(Some(Self::Wanted(version.clone()))),
            (Value::Null, Some(cluster)) => {
                Ok(session.cluster_version(CHECK, cluster).await?.map(Self::Running))
            }
            (Value::Null | Value::Unknown(_), _) => Ok(None),
        }
    }

    fn version(&self) -> &str {
        match self {
            Self::Wanted(version) | Self::Running(version) => version,
        }
    }
}

fn not_offered(offered: &Catalog, (name, version): (&str, &str), kubernetes: &str) -> Diagnostic {
    let newest: Vec<_> = offered.versions.iter().take(5).map(String::as_str).collect();
    let (at, detail) = if newest.is_empty() {
        ("name", format!("AWS offers no add-on {name:?} for Kubernetes {kubernetes}. Check its name."))
    } else {
        let newest = newest.join(", ");
        let detail = format!(
            "AWS offers no version {version} of {name} for Kubernetes {kubernetes}. The newest ones are: {newest}."
        );
        ("version", detail)
    };
    Diagnostic::error("Add-on version not offered", detail).at(Path::attribute(at))
}

fn too_early(version: &str, kubernetes: &str, next: &str) -> Diagnostic {
    Diagnostic::warning(
        "Add-on needs a newer cluster",
        format!(
            "AWS offers {version} for Kubernetes {next}, and the cluster runs {kubernetes}. That goes well if the cluster \
             is upgraded first: set \"cluster_version\" to the \"version\" of the cluster."
        ),
    )
    .at(Path::attribute("version"))
}

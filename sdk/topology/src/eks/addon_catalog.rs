//! Which versions of an add-on AWS offers for a version of Kubernetes.

use aws_sdk_eks::types::AddonVersionInfo;
use sparki_aws::{AwsError, Class, Consistency};
use sparki_core::RemoteError;

use super::Session;
use super::addon_version::{Wanted, compare};

/// The versions of one add-on that AWS offers for one version of Kubernetes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Catalog {
    /// Newest first.
    pub(crate) versions: Vec<String>,
    default: Option<String>,
}

impl Catalog {
    /// Asks AWS for the versions of an add-on for a version of Kubernetes; none if the endpoint cannot tell, as some
    /// stand-ins cannot.
    pub(crate) async fn ask(
        session: &Session<'_>,
        doing: &str,
        (addon, kubernetes): (&str, &str),
    ) -> Result<Option<Self>, RemoteError> {
        let (mut offered, mut token) = (Vec::new(), None);
        loop {
            let send = || async {
                let request = session.client.describe_addon_versions();
                let request = request.addon_name(addon).kubernetes_version(kubernetes);
                request.set_next_token(token.clone()).send().await.map_err(AwsError::from)
            };
            let answer = match session.send(Consistency::Propagation, doing, send).await? {
                Ok(answer) => answer,
                Err(error) if error.class() == Class::Garbled => return Ok(None),
                Err(error) if error.is_not_found() => return Ok(Some(Self::default())),
                Err(error) => return Err(error.reading(doing)),
            };
            let addons = answer.addons.unwrap_or_default().into_iter();
            offered.extend(addons.flat_map(|addon| addon.addon_versions.unwrap_or_default()));
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(Some(Self::new(&offered, kubernetes)));
            }
        }
    }

    /// What of AWS's whole list is for this version of Kubernetes.
    fn new(all: &[AddonVersionInfo], kubernetes: &str) -> Self {
        let mut catalog = Self::default();
        for offered in all {
            let mut compatibilities = offered.compatibilities().iter();
            let fitting = compatibilities.find(|it| it.cluster_version() == Some(kubernetes));
            let (Some(version), Some(fitting)) = (offered.addon_version(), fitting) else { continue };
            if fitting.default_version() {
                catalog.default = Some(version.to_owned());
            }
            catalog.versions.push(version.to_owned());
        }
        catalog.versions.sort_by(|a, b| compare(b, a));
        catalog
    }

    /// Whether there is the version that is meant.
    pub(crate) fn offers(&self, wanted: Wanted<'_>) -> bool {
        self.find(wanted).is_some_and(|version| self.versions.contains(&version))
    }

    /// The version that is meant; none if AWS offers none.
    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Option<String> {
        match wanted {
            Wanted::Default => self.default.clone(),
            Wanted::Latest => self.versions.first().cloned(),
            Wanted::Pinned(version) => Some(version.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::Compatibility;

    use super::*;

    fn offered(version: &str, kubernetes: &[(&str, bool)]) -> AddonVersionInfo {
        let compatibilities = kubernetes.iter().map(|(version, is_default)| {
            Compatibility::builder().cluster_version(*version).default_version(*is_default).build()
        });
        AddonVersionInfo::builder()
            .addon_version(version)
            .set_compatibilities(Some(compatibilities.collect()))
            .build()
    }

    #[test]
    fn only_what_fits_the_version_of_kubernetes_is_offered() {
        let all = [
            offered("v1.9.0-eksbuild.1", &[("1.32", true), ("1.33", false)]),
            offered("v1.11.0-eksbuild.1", &[("1.33", false), ("1.34", true)]),
            offered("v1.10.0-eksbuild.2", &[("1.33", true)]),
        ];
        let catalog = Catalog::new(&all, "1.33");
        assert_eq!(catalog.versions, ["v1.11.0-eksbuild.1", "v1.10.0-eksbuild.2", "v1.9.0-eksbuild.1"]);
        assert_eq!(catalog.find(Wanted::Default).as_deref(), Some("v1.10.0-eksbuild.2"));
        assert_eq!(catalog.find(Wanted::Latest).as_deref(), Some("v1.11.0-eksbuild.1"));
        assert_eq!(catalog.find(Wanted::Pinned("v1")).as_deref(), Some("v1"));
        assert!(catalog.offers(Wanted::Pinned("v1.9.0-eksbuild.1")) && catalog.offers(Wanted::Default));
        assert!(!catalog.offers(Wanted::Pinned("v1")));
        assert_eq!(Catalog::new(&all, "1.20").find(Wanted::Latest), None);
    }
}

//! Which versions of Kubernetes AWS supports.

use aws_sdk_eks::types::{ClusterVersionInformation, SupportType, VersionStatus};
use sparki_aws::{AwsError, Consistency};
use sparki_core::{Diagnostic, Path, RemoteError};

use super::Session;

/// The versions of Kubernetes that AWS knows, and how it supports them.
#[derive(Clone, Debug)]
pub(crate) struct Releases(Vec<ClusterVersionInformation>);

impl Releases {
    /// Asks AWS for all of them.
    pub(crate) async fn ask(session: &Session<'_>, doing: &str) -> Result<Self, RemoteError> {
        let (mut known, mut token) = (Vec::new(), None);
        loop {
            let send = || async {
                let request = session.client.describe_cluster_versions().include_all(true);
                request.set_next_token(token.clone()).send().await.map_err(AwsError::from)
            };
            let answer = session.send(Consistency::Propagation, doing, send).await?;
            let answer = answer.map_err(|error| error.reading(doing))?;
            known.extend(answer.cluster_versions.unwrap_or_default());
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(Self(known));
            }
        }
    }

    /// When support for one version ends: standard or extended support. `None` if AWS does not say, for whatever reason: it is
    /// only told to people.
    pub(crate) async fn end_of(
        session: &Session<'_>,
        doing: &str,
        (version, support): (&str, &SupportType),
    ) -> Result<Option<String>, RemoteError> {
        let send = || async {
            let request = session.client.describe_cluster_versions().include_all(true);
            request.cluster_versions(version).send().await.map_err(AwsError::from)
        };
        let answer = session.send(Consistency::Free, doing, send).await?;
        let known = answer.ok().and_then(|answer| answer.cluster_versions).unwrap_or_default();
        let release = known.iter().find(|it| it.cluster_version() == Some(version));
        let end = match support {
            SupportType::Extended => release.and_then(|it| it.end_of_extended_support_date()),
            _ => release.and_then(|it| it.end_of_standard_support_date()),
        };
        Ok(end.map(ToString::to_string))
    }

    /// What stands in the way of making a cluster of this version, or of bringing one to it.
    pub(crate) fn check(&self, version: &str) -> Option<Diagnostic> {
        let known = self.0.iter().find(|it| it.cluster_version() == Some(version));
        let problem = match known.map(|it| (it.version_status(), it.end_of_extended_support_date())) {
            Some((Some(VersionStatus::ExtendedSupport), end)) => {
                let until = end.map(|end| format!(" until {}", date(end))).unwrap_or_default();
                return Some(
                    Diagnostic::warning(
                        "Version in extended support",
                        format!(
                            "Standard support for {version} has ended. AWS charges more for the cluster{until}, and then \
                             upgrades it. Newer versions: {}.",
                            self.in_standard_support()
                        ),
                    )
                    .at(Path::attribute("version")),
                );
            }
            Some((Some(VersionStatus::Unsupported), _)) => "AWS no longer supports",
            Some((Some(_) | None, _)) => return None,
            None => "AWS does not know",
        };
        Some(
            Diagnostic::error(
                "Version not supported",
                format!("{problem} Kubernetes {version}. Use one of {}.", self.in_standard_support()),
            )
            .at(Path::attribute("version")),
        )
    }

    /// Whether the version is in extended support, which costs more.
    pub(crate) fn is_extended(&self, version: &str) -> bool {
        let known = self.0.iter().find(|it| it.cluster_version() == Some(version));
        known.and_then(|it| it.version_status()) == Some(&VersionStatus::ExtendedSupport)
    }

    fn in_standard_support(&self) -> String {
        let is_standard =
            |it: &&ClusterVersionInformation| it.version_status() == Some(&VersionStatus::StandardSupport);
        let versions: Vec<_> =
            self.0.iter().filter(is_standard).filter_map(|it| it.cluster_version()).collect();
        versions.join(", ")
    }
}

/// The day of a point in time, as in `2026-07-29`.
fn date(time: &aws_sdk_eks::primitives::DateTime) -> String {
    time.to_string().split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::primitives::DateTime;

    use super::*;

    fn releases() -> Releases {
        let release = |version: &str, status: VersionStatus| {
            ClusterVersionInformation::builder()
                .cluster_version(version)
                .version_status(status)
                .end_of_extended_support_date(DateTime::from_secs(1_785_283_200))
                .build()
        };
        Releases(vec![
            release("1.34", VersionStatus::StandardSupport),
            release("1.33", VersionStatus::StandardSupport),
            release("1.31", VersionStatus::ExtendedSupport),
            release("1.28", VersionStatus::Unsupported),
        ])
    }

    fn check(version: &str) -> String {
        releases().check(version).map(|found| found.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_aws_does_not_support_is_refused() {
        assert_eq!(check("1.33"), "");
        assert_eq!(
            check("1.28"),
            "error: Version not supported\n  at version\n  AWS no longer supports Kubernetes 1.28. Use one of 1.34, 1.33."
        );
        assert_eq!(
            check("1.40"),
            "error: Version not supported\n  at version\n  AWS does not know Kubernetes 1.40. Use one of 1.34, 1.33."
        );
    }

    #[test]
    fn what_costs_more_is_told() {
        assert_eq!(
            check("1.31"),
            "warning: Version in extended support\n  at version\n  Standard support for 1.31 has ended. AWS charges more for \
             the cluster until 2026-07-29, and then upgrades it. Newer versions: 1.34, 1.33."
        );
    }
}

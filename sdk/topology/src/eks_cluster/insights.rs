//! What AWS finds that a cluster is not ready for.

use aws_sdk_eks::types::{Category, InsightStatusValue, InsightSummary, InsightsFilter};
use sparki_aws::AwsError;
use sparki_core::{Diagnostic, Path, RemoteError};

use super::EksClusterModel;
use crate::eks::Session;
use crate::operation::Pages;

/// What stands in the way of an upgrade, as AWS's upgrade insights tell: one diagnostic for what breaks, and one for what may.
pub(super) async fn check(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    planned: &EksClusterModel,
) -> Result<Vec<Diagnostic>, RemoteError> {
    let Some(version) = planned.version.known() else { return Ok(Vec::new()) };
    let found = match ask(session, (doing, cluster), version).await {
        Ok(found) => found,
        // The rest is checked all the same, and AWS says no when it is asked for the version.
        Err(_) => return Ok(vec![untold()]),
    };
    let (mut breaks, mut may_break) = (Vec::new(), Vec::new());
    for insight in found {
        let finding = Finding::of(session, cluster, &insight).await;
        match insight.insight_status().and_then(|it| it.status()) {
            Some(InsightStatusValue::Error) => breaks.push(finding),
            Some(_) | None => may_break.push(finding),
        }
    }
    let will = if planned.force_update.known() == Some(&true) { Will::Forced } else { Will::Careful };
    let told = [unready(version, &breaks, will), doubtful(version, &may_break)];
    Ok(told.into_iter().flatten().collect())
}

/// The insights about a version that are not well. Some are about no version: they count for every one.
async fn ask(
    session: &Session<'_>,
    (doing, cluster): (&str, &str),
    version: &str,
) -> Result<Vec<InsightSummary>, RemoteError> {
    let filter = InsightsFilter::builder()
        .categories(Category::UpgradeReadiness)
        .statuses(InsightStatusValue::Error)
        .statuses(InsightStatusValue::Warning)
        .build();
    let (client, filter) = (&session.client, &filter);
    let send = |token| async move {
        let request = client.list_insights().cluster_name(cluster).filter(filter.clone());
        let answer = request.set_next_token(token).send().await.map_err(AwsError::from)?;
        Ok::<_, AwsError>((answer.insights, answer.next_token))
    };
    let (mut pages, mut found) = (Pages::new(), Vec::new());
    while let Some(page) = pages.next(session, doing, send).await? {
        found.extend(
            page.into_iter().filter(|it| it.kubernetes_version().is_none_or(|about| about == version)),
        );
    }
    Ok(found)
}

/// Whether the practitioner goes on whatever AWS finds.
#[derive(Clone, Copy, Debug)]
enum Will {
    Careful,
    Forced,
}

/// What AWS found, and what to do about it.
struct Finding {
    name: String,
    reason: Option<String>,
    recommendation: Option<String>,
}

impl Finding {
    async fn of(session: &Session<'_>, cluster: &str, insight: &InsightSummary) -> Self {
        let id = insight.id().unwrap_or_default();
        let answer = session.client.describe_insight().cluster_name(cluster).id(id).send().await;
        let recommendation = answer.ok().and_then(|answer| answer.insight?.recommendation);
        Self {
            name: insight.name().unwrap_or(id).to_owned(),
            reason: insight.insight_status().and_then(|it| it.reason()).map(str::to_owned),
            recommendation,
        }
    }

    fn told(&self) -> String {
        let rest = [&self.reason, &self.recommendation].into_iter().flatten();
        let rest = rest.map(|text| text.trim().trim_end_matches('.')).filter(|text| !text.is_empty());
        let rest: Vec<_> = rest.collect();
        let separator = if rest.is_empty() { "" } else { ": " };
        format!("- {}{separator}{}", self.name, rest.join(". "))
    }
}

fn list(findings: &[Finding]) -> String {
    findings.iter().map(Finding::told).collect::<Vec<_>>().join("\n")
}

fn untold() -> Diagnostic {
    Diagnostic::warning(
        "Upgrade insights not asked",
        "AWS did not tell what it finds about the cluster before an upgrade. The credentials need \"eks:ListInsights\" and \
         \"eks:DescribeInsight\"; \"aws eks list-insights\" tells the same.",
    )
    .at(Path::attribute("version"))
}

/// AWS refuses an upgrade that breaks something, unless it is forced.
fn unready(version: &str, findings: &[Finding], will: Will) -> Option<Diagnostic> {
    if findings.is_empty() {
        return None;
    }
    let found = list(findings);
    let told = match will {
        Will::Forced => Diagnostic::warning(
            "Cluster not ready for the version",
            format!(
                "\"force_update\" is true, so the cluster goes to Kubernetes {version} although AWS finds that something breaks \
                 then:\n{found}"
            ),
        ),
        Will::Careful => Diagnostic::error(
            "Cluster not ready for the version",
            format!(
                "AWS finds that something breaks when the cluster goes to Kubernetes {version}:\n{found}\nMend that first. AWS \
                 looks again once a day, and when it is told to: \"aws eks start-insights-refresh\". To go on all the same, set \
                 \"force_update\" to true."
            ),
        ),
    };
    Some(told.at(Path::attribute("version")))
}

fn doubtful(version: &str, findings: &[Finding]) -> Option<Diagnostic> {
    (!findings.is_empty()).then(|| {
        Diagnostic::warning(
            "Cluster perhaps not ready for the version",
            format!(
                "AWS finds that something may break when the cluster goes to Kubernetes {version}:\n{}\nSee to it before you go \
                 on.",
                list(findings)
            ),
        )
        .at(Path::attribute("version"))
    })
}

#[cfg(test)]
mod tests {
    use sparki_core::Severity;

    use super::*;

    fn finding() -> Vec<Finding> {
        let reason = Some("Deprecated API usage detected within last 30 days.".to_owned());
        let recommendation = Some("Update manifests".to_owned());
        vec![Finding { name: "Deprecated APIs".to_owned(), reason, recommendation }]
    }

    #[test]
    fn what_breaks_refuses_the_plan_unless_it_is_forced() {
        let told = unready("1.34", &finding(), Will::Careful).unwrap();
        assert_eq!(told.severity, Severity::Error);
        let line = "- Deprecated APIs: Deprecated API usage detected within last 30 days. Update manifests";
        assert!(told.detail.contains(line) && told.detail.contains("\"force_update\""), "{}", told.detail);
        let told = unready("1.34", &finding(), Will::Forced).unwrap();
        assert_eq!(told.severity, Severity::Warning);
        assert_eq!(unready("1.34", &[], Will::Careful), None);
    }

    #[test]
    fn what_may_break_is_a_warning() {
        assert_eq!(doubtful("1.34", &finding()).unwrap().severity, Severity::Warning);
        let bare = Finding { name: "Kubelet".to_owned(), reason: None, recommendation: None };
        assert_eq!(bare.told(), "- Kubelet");
    }
}

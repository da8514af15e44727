//! Whether a gate holds. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::{
    auth::Role,
    clock::stamp,
    delivery::build::BuildStatus,
    document::choice::word_of,
    promotion::{
        direction::Direction,
        drift_report::Found,
        gate::{Approval, Exclusion},
        plan::{
            facts::{Facts, Finding, GateFacts, Parties, Voter},
            model::{GateKind, GateState, GateStatus},
            soak::{Soaked, Standing},
        },
    },
    tenancy::service_account::is_service_account,
};

/// How a gate stands, why, and when time alone opens it.
struct Judgement {
    status: GateStatus,
    detail: String,
    passes_at: Option<Timestamp>,
}

/// Says how a gate stands.
pub(super) fn judge(gate: &GateFacts, direction: Direction, now: Timestamp) -> GateState {
    let judgement = if gate.applies_to.contains(&direction) {
        look(&gate.finding, now)
    } else {
        new(GateStatus::Skipped, format!("It is not in front of a {}.", word_of(direction)))
    };
    GateState {
        gate_id: gate.id,
        name: gate.name.clone(),
        kind: gate.finding.kind(),
        enforcement: gate.enforcement,
        status: judgement.status,
        detail: judgement.detail,
        passes_at: judgement.passes_at.map(stamp),
    }
}

fn look(finding: &Finding, now: Timestamp) -> Judgement {
    match finding {
        Finding::Approval { rule, voters, parties } => approval(rule, voters, parties),
        Finding::Check { pipeline, status } => check(pipeline, *status),
        Finding::Drift { max_age_seconds, report } => drift(*max_age_seconds, *report, now),
        Finding::Lock(None) => passed("The environment is not locked."),
        Finding::Lock(Some(lock)) => Judgement {
            passes_at: lock.until.as_ref().and_then(|until| until.parse().ok()),
            ..pending(format!("The environment is locked: {}", lock.reason))
        },
        Finding::Signatures { keys: 0, .. } => {
            new(GateStatus::Failed, "The workspace has no signing keys to check the artifacts with.")
        }
        Finding::Signatures { unsigned, .. } if unsigned.is_empty() => passed("Every artifact is signed."),
        Finding::Signatures { unsigned, .. } => {
            let detail = format!("No key of the workspace has signed {}.", unsigned.join(", "));
            new(GateStatus::Failed, detail)
        }
        Finding::Soak { slug, duration_seconds, soaked } => soak(slug, *duration_seconds, *soaked, now),
        Finding::Source { slugs, reached: true } => passed(format!("It has been in {}.", slugs.join(" or "))),
        Finding::Source { slugs, reached: false } => {
            pending(format!("It has to be deployed to {} first.", slugs.join(" or ")))
        }
        Finding::VerifiedIn { slug, verified: true } => passed(format!("It was healthy in {slug}.")),
        Finding::VerifiedIn { slug, verified: false } => {
            pending(format!("It was not healthy in {slug} yet."))
        }
        Finding::Webhook(None) => pending("It is asked once a promotion waits."),
        Finding::Webhook(Some(answered)) => new(answered.status, answered.detail.clone()),
        Finding::Window(weekly) => match weekly.open_until(now) {
            Some(until) => passed(format!("It is open until {}.", stamp(until))),
            None => Judgement { passes_at: weekly.opens_at(now), ..pending("It is not the time.") },
        },
    }
}

/// What the approvals among some facts are good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Votes {
    /// At least one gate counts them.
    Count,
    /// There are gates that ask for approvals, and none counts these.
    Excluded,
    /// No gate asks for approvals.
    NotAsked,
}

/// Says what the approvals among some facts are good for.
pub(crate) fn votes(facts: &Facts) -> Votes {
    let asks = facts.gates.iter().filter(|gate| gate.applies_to.contains(&facts.direction));
    let mut found = Votes::NotAsked;
    for gate in asks {
        if let Finding::Approval { rule, voters, parties } = &gate.finding {
            found = Votes::Excluded;
            if counting(rule, voters, parties).next().is_some() {
                return Votes::Count;
            }
        }
    }
    found
}

/// Approvals that count for a rule, one of each person.
fn counting<'a>(rule: &Approval, voters: &'a [Voter], parties: &Parties) -> impl Iterator<Item = &'a Voter> {
    voters.iter().filter(|voter| counts(rule, voter, parties))
}

/// A service account counts only where it is named itself: whoever may make tokens for one could approve what they ask for.
fn counts(rule: &Approval, voter: &Voter, parties: &Parties) -> bool {
    let is_excluded = rule.exclude.iter().any(|exclusion| {
        let party = match exclusion {
            Exclusion::Requester => &parties.requester,
            Exclusion::Author => &parties.author,
        };
        party.as_ref() == Some(&voter.user_id)
    });
    let reaches = |name: &String| match Role::parse(name) {
        Some(role) => voter.standing.iter().filter_map(|own| Role::parse(own)).any(|own| own >= role),
        None => *name == voter.email || voter.standing.contains(name),
    };
    let is_meant = if is_service_account(&voter.email) {
        rule.from.contains(&voter.email)
    } else {
        rule.from.is_empty() || rule.from.iter().any(reaches)
    };
    is_meant && !is_excluded
}

fn approval(rule: &Approval, voters: &[Voter], parties: &Parties) -> Judgement {
    let names: Vec<&str> = counting(rule, voters, parties).map(|voter| voter.email.as_str()).collect();
    let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
    let detail = format!("{count} of {} have approved.", rule.count);
    let status = if count >= rule.count { GateStatus::Passed } else { GateStatus::Pending };
    new(status, if names.is_empty() { detail } else { format!("{detail} Those are: {}.", names.join(", ")) })
}

fn check(pipeline: &str, status: Option<BuildStatus>) -> Judgement {
    match status {
        None => pending(format!("{pipeline} has not run for the commit.")),
        Some(BuildStatus::Queued | BuildStatus::Running) => pending(format!("{pipeline} is under way.")),
        Some(BuildStatus::Success) => passed(format!("{pipeline} has succeeded.")),
        Some(status @ (BuildStatus::Failed | BuildStatus::Canceled)) => {
            new(GateStatus::Failed, format!("{pipeline} is {}.", word_of(status)))
        }
    }
}

fn drift(max_age_seconds: i64, report: Option<(Found, Timestamp)>, now: Timestamp) -> Judgement {
    let Some((found, at)) = report else {
        return pending("Nobody has reported whether the environment is what it should be.");
    };
    if now.duration_since(at) > SignedDuration::from_secs(max_age_seconds) {
        return pending(format!("The newest report is of {}, which is too long ago.", stamp(at)));
    }
    match found {
        Found::Clean => passed(format!("The report of {} is clean.", stamp(at))),
        Found::Drifted => {
            new(GateStatus::Failed, format!("The report of {} says that it has drifted.", stamp(at)))
        }
    }
}

fn soak(slug: &str, duration_seconds: i64, soaked: Soaked, now: Timestamp) -> Judgement {
    let left = SignedDuration::from_secs(duration_seconds) - soaked.healthy;
    match soaked.standing {
        Standing::Elsewhere => pending(format!("{slug} does not run it.")),
        Standing::Unwatched => pending(format!("{slug} runs it without health checks, so no time counts.")),
        Standing::Unhealthy => pending(format!("{slug} runs it, but not well, so no time counts.")),
        Standing::Healthy if left <= SignedDuration::ZERO => {
            passed(format!("{slug} has run it well for {duration_seconds} seconds."))
        }
        Standing::Healthy => Judgement {
            passes_at: Some(now + left),
            ..pending(format!("{slug} runs it well, which it has to do for {duration_seconds} seconds."))
        },
    }
}

fn passed(detail: impl Into<String>) -> Judgement {
    new(GateStatus::Passed, detail)
}

fn pending(detail: impl Into<String>) -> Judgement {
    new(GateStatus::Pending, detail)
}

fn new(status: GateStatus, detail: impl Into<String>) -> Judgement {
    Judgement { status, detail: detail.into(), passes_at: None }
}

impl Finding {
    fn kind(&self) -> GateKind {
        match self {
            Self::Approval { .. } => GateKind::Approval,
            Self::Check { .. } => GateKind::Check,
            Self::Drift { .. } => GateKind::Drift,
            Self::Lock(_) => GateKind::Lock,
            Self::Signatures { .. } => GateKind::Signatures,
            Self::Soak { .. } => GateKind::Soak,
            Self::Source { .. } => GateKind::Source,
            Self::VerifiedIn { .. } => GateKind::VerifiedIn,
            Self::Webhook(_) => GateKind::Webhook,
            Self::Window(_) => GateKind::Window,
        }
    }
}

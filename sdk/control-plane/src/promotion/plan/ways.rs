//! What is on a release's way into an environment: its gates and those that are there by themselves, with what they see.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    database::Connection,
    delivery::{
        deployment::{Arrival, history, standing_lock},
        environment::Environment,
        health::Health,
        release::Release,
        signature::unsigned,
    },
    document::canonical,
    http::problem::Problem,
    object::{id::Id, standing::read_document},
    promotion::{
        direction::Direction,
        flow::PromotionFlow,
        gate::{Approval, Enforcement, EnvironmentGate, Exclusion},
        plan::{
            facts::{Finding, GateFacts, Parties},
            gather::Question,
            soak::soak,
            store::{self, Policies},
        },
    },
};

/// A release before an environment.
pub(super) struct Ways<'a> {
    pub(super) environment: &'a Environment,
    pub(super) release: &'a Release,
    /// Slug of the environment of the stage before.
    pub(super) before: Option<String>,
    pub(super) question: &'a Question<'a>,
}

impl Ways<'_> {
    /// Every gate: first those that are there by themselves, then the environment's own by name.
    pub(super) async fn gates(&self, connection: &mut Connection) -> Result<Vec<GateFacts>, Problem> {
        let project_id = self.environment.project_id.to_string();
        let slugs = store::slugs(connection, &project_id).await?;
        let author = store::author(connection, &self.question.release_id.to_string()).await?;
        let parties = Parties { requester: self.question.requester.clone(), author };
        let mut gates = self.policies(connection, &parties).await?;
        let lock = standing_lock(self.environment, self.question.now).cloned();
        let both = vec![Direction::Promote, Direction::Rollback];
        gates.push(GateFacts { applies_to: both, ..itself("lock", Finding::Lock(lock), &json!("lock")) });
        gates.extend(self.source(connection, &slugs).await?);
        for (id, gate) in store::gates(connection, &self.question.environment_id.to_string()).await? {
            let finding = self.look(connection, (id, &gate), (&slugs, &parties)).await?;
            gates.extend(finding.map(|finding| GateFacts {
                id,
                name: gate.name.clone(),
                enforcement: gate.enforcement,
                applies_to: gate.applies_to.clone(),
                definition: canonical::digest(&json!(gate)),
                finding,
            }));
        }
        Ok(gates)
    }

    /// What the workspace asks of every promotion.
    async fn policies(
        &self,
        connection: &mut Connection,
        parties: &Parties,
    ) -> Result<Vec<GateFacts>, Problem> {
        let policies: Option<Policies> =
            read_document(connection, "workspaces", self.question.workspace_id).await?;
        let Some(Policies { promotion_policy: policy }) = policies else { return Ok(Vec::new()) };
        let mut gates = Vec::new();
        if policy.min_approvals > 0 {
            let exclude = if policy.separation_of_duties { vec![Exclusion::Requester] } else { Vec::new() };
            let rule = Approval { count: policy.min_approvals, from: Vec::new(), exclude };
            let definition = json!(rule);
            let voters = self.question.voters.clone();
            let finding = Finding::Approval { rule, voters, parties: parties.clone() };
            gates.push(itself("promotion_policy", finding, &definition));
        }
        if policy.require_signed_artifacts {
            let keys = &policy.signing_keys;
            let unsigned = unsigned(&self.release.artifacts, keys);
            let finding = Finding::Signatures { keys: keys.len(), unsigned };
            gates.push(itself("signed_artifacts", finding, &json!(keys)));
        }
        Ok(gates)
    }

    /// Where the release has to have been before, if the environment or the flow says so.
    async fn source(
        &self,
        connection: &mut Connection,
        slugs: &BTreeMap<String, String>,
    ) -> Result<Option<GateFacts>, Problem> {
        let is_source = |(id, slug): &(&String, &String)| {
            self.environment.promotes_from.contains(id) || self.before.as_ref() == Some(*slug)
        };
        let sources: Vec<(&String, &String)> = slugs.iter().filter(is_source).collect();
        if sources.is_empty() {
            return Ok(None);
        }
        let mut reached = false;
        for (id, _) in &sources {
            reached = reached || self.was_in(connection, id, |_| true).await?;
        }
        let mut slugs: Vec<String> = sources.iter().map(|(_, slug)| (*slug).clone()).collect();
        slugs.sort();
        let definition = json!(slugs);
        Ok(Some(itself("source", Finding::Source { slugs, reached }, &definition)))
    }

    /// Whether the release came to an environment and was as it should be then.
    async fn was_in(
        &self,
        connection: &mut Connection,
        environment_id: &str,
        is_fine: impl Fn(Health) -> bool,
    ) -> Result<bool, Problem> {
        let release_id = self.question.release_id.to_string();
        let history = history(connection, environment_id).await?;
        Ok(history.iter().any(|past| match past.arrival {
            Arrival::Came(health) => past.release_id.as_ref() == Some(&release_id) && is_fine(health),
            Arrival::Failed => false,
        }))
    }

    async fn look(
        &self,
        connection: &mut Connection,
        gate: (Option<Id<EnvironmentGate>>, &EnvironmentGate),
        known: (&BTreeMap<String, String>, &Parties),
    ) -> Result<Option<Finding>, Problem> {
        let ((id, gate), (slugs, parties)) = (gate, known);
        let slug =
            |id: &str| slugs.get(id).cloned().unwrap_or_else(|| "an environment that is gone".to_owned());
        if let Some(rule) = gate.approval.clone() {
            let voters = self.question.voters.clone();
            return Ok(Some(Finding::Approval { rule, voters, parties: parties.clone() }));
        }
        if let Some(rule) = &gate.soak {
            let (id, release_id) = (rule.environment_id.to_string(), self.question.release_id.to_string());
            let soaked = soak(&history(connection, &id).await?, &release_id, self.question.now);
            let duration_seconds = rule.duration_seconds;
            return Ok(Some(Finding::Soak { slug: slug(&id), duration_seconds, soaked }));
        }
        if let Some(rule) = &gate.verified_in {
            let id = rule.environment_id.to_string();
            let verified = self.was_in(connection, &id, |health| health == Health::Passing).await?;
            return Ok(Some(Finding::VerifiedIn { slug: slug(&id), verified }));
        }
        if let Some(rule) = &gate.check {
            let commit = &self.release.commit_sha;
            let (pipeline, status) =
                store::newest_build(connection, &rule.pipeline_id.to_string(), commit).await?;
            return Ok(Some(Finding::Check { pipeline, status }));
        }
        if let Some(rule) = &gate.drift {
            let environment_id = self.question.environment_id.to_string();
            let report = store::newest_report(connection, &environment_id).await?;
            return Ok(Some(Finding::Drift { max_age_seconds: rule.max_age_seconds, report }));
        }
        if gate.webhook.is_some() {
            let answer = self.question.answers.iter().find(|answer| Some(answer.gate_id) == id);
            return Ok(Some(Finding::Webhook(answer.cloned())));
        }
        Ok(gate.window.clone().map(Finding::Window))
    }
}

/// Whether anything has to be waited for before a release may come to an environment, whichever release it is.
pub(crate) async fn is_guarded(
    connection: &mut Connection,
    workspace_id: &str,
    place: (Id<Environment>, &Environment),
) -> Result<bool, Problem> {
    let (environment_id, environment) = place;
    if !environment.promotes_from.is_empty() {
        return Ok(true);
    }
    let policies: Option<Policies> = read_document(connection, "workspaces", workspace_id).await?;
    let asks = |Policies { promotion_policy: policy }: Policies| {
        policy.min_approvals > 0 || policy.require_signed_artifacts
    };
    if policies.is_some_and(asks) {
        return Ok(true);
    }
    let flow = store::flow(connection, workspace_id, &environment.project_id.to_string()).await?;
    let is_later =
        |flow: PromotionFlow| flow.stages.iter().skip(1).any(|stage| stage.environment == environment.slug);
    if flow.is_some_and(is_later) {
        return Ok(true);
    }
    let gates = store::gates(connection, &environment_id.to_string()).await?;
    let is_closed = |gate: &EnvironmentGate| {
        gate.enforcement == Enforcement::Blocking && gate.applies_to.contains(&Direction::Promote)
    };
    Ok(gates.iter().any(|(_, gate)| is_closed(gate)))
}

/// A gate that is there by itself.
fn itself(name: &str, finding: Finding, definition: &serde_json::Value) -> GateFacts {
    GateFacts {
        id: None,
        name: name.to_owned(),
        enforcement: Enforcement::Blocking,
        applies_to: vec![Direction::Promote],
        definition: canonical::digest(definition),
        finding,
    }
}

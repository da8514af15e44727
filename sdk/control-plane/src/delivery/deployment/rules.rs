//! What only deployments do: they find out what goes where, and whether it may.

use serde_json::json;

use crate::{
    audit::Actor,
    database::Connection,
    delivery::{
        deployment::{
            admission::{admits_branch, refuse_frozen_place, refuse_locked},
            dispatch::call_dispatcher,
            guard::{refuse_blocked, refuse_gated},
            model::{DEPLOYMENT, Deployment},
            step::steps,
            store,
            subject::Subject as What,
            target::Target,
        },
        environment::Environment,
        platform::Platform,
    },
    document::Fields,
    http::{
        problem::{Code, FieldError, Problem},
        query::Query,
    },
    object::{Archival, Earlier, Object, Shape, Subject, id::Id, standing::read_document},
    operation::{self, Opening},
    promotion::direction::Direction,
};

impl Object for Deployment {
    const SHAPE: &'static Shape = &DEPLOYMENT;

    fn read(fields: &mut Fields<'_>, _earlier: Option<&Earlier<'_>>) -> Self {
        Self::from_fields(fields)
    }

    async fn check(&mut self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        let environment_id = self.environment_id.to_string();
        let environment: Environment = read_document(connection, "environments", &environment_id)
            .await?
            .ok_or_else(|| Problem::not_found("environment"))?;
        let what = match (self.release_id, self.build_id) {
            (Some(id), _) => What::of_release(connection, id, environment.project_id).await?,
            (None, Some(id)) => What::of_build(connection, id, environment.project_id).await?,
            (None, None) => return Err(Problem::not_found("release")),
        };
        let targets = self.choose(store::targets(connection, &environment_id).await?)?;
        refuse_locked(&environment, subject.time())?;
        refuse_frozen_place(
            connection,
            (self.environment_id, &environment),
            Direction::Promote,
            subject.time(),
        )
        .await?;
        if !admits_branch(&environment, what.branch.as_deref()) {
            let allowed = environment.allowed_branches.join(", ");
            let pointer = if self.release_id.is_some() { "/release_id" } else { "/build_id" };
            let detail = format!("The environment only takes what comes from {allowed}.");
            return Err(Problem::invalid(pointer, "branch_not_allowed", detail));
        }
        refuse_blocked(connection, self).await?;
        refuse_gated(connection, self, &environment, subject).await?;
        self.prepare(what, targets);
        self.requested_by = Some(Actor::from(subject.caller));
        Ok(())
    }

    async fn stored(&self, connection: &mut Connection, subject: &Subject<'_>) -> Result<(), Problem> {
        self.launch(connection, subject.id, subject.now).await
    }

    fn operation(&self) -> Option<String> {
        self.operation_id.map(|id| id.to_string())
    }

    async fn before_delete(
        _connection: &mut Connection,
        _subject: &Subject<'_>,
        _query: &mut Query,
    ) -> Result<Archival, Problem> {
        Err(Problem::new(Code::InvalidState, "A deployment stays as long as its environment."))
    }
}

impl Deployment {
    /// Fills in what goes where.
    pub(super) fn prepare(&mut self, what: What, targets: Vec<Target>) {
        self.subject = Some(what);
        self.steps = steps(&targets);
        self.simulated = targets.iter().any(|target| target.platform != Platform::Custom);
        self.deployment_target_ids = targets.iter().map(|target| target.id).collect();
        self.targets = targets;
        self.operation_id = Some(Id::generate());
    }

    /// Starts the work on a deployment that was just stored.
    pub(super) async fn launch(
        &self,
        connection: &mut Connection,
        id: &str,
        now: &str,
    ) -> Result<(), Problem> {
        store::keep_targets(connection, id, &self.targets).await?;
        if let Some(operation) = self.operation() {
            let opening = Opening { id: &operation, resource: (&DEPLOYMENT, id), stage: "pending", now };
            operation::open(connection, &opening).await?;
        }
        call_dispatcher(connection, &self.environment_id.to_string(), now).await
    }

    /// The targets that were asked for among those there are, with the strategy that was asked for.
    fn choose(&self, mut there: Vec<Target>) -> Result<Vec<Target>, Problem> {
        let missing = |(index, id): (usize, &Id<_>)| {
            (!there.iter().any(|target| target.id == *id)).then(|| FieldError {
                pointer: format!("/deployment_target_ids/{index}"),
                code: "not_found",
                detail: "This is not a deployment target of the environment.".to_owned(),
            })
        };
        let errors: Vec<FieldError> =
            self.deployment_target_ids.iter().enumerate().filter_map(missing).collect();
        if !errors.is_empty() {
            return Err(Problem::validation(errors));
        }
        if !self.deployment_target_ids.is_empty() {
            there.retain(|target| self.deployment_target_ids.contains(&target.id));
        }
        if there.is_empty() {
            let detail = "The environment has no deployment targets. Create one first.";
            return Err(Problem::new(Code::InvalidState, detail)
                .with("state", "no_deployment_targets")
                .with("allowed", json!([])));
        }
        if let Some(strategy) = self.strategy {
            for target in &mut there {
                if !target.platform.strategies().contains(&strategy) {
                    let (platform, feature) = (json!(target.platform), json!(strategy));
                    let detail = format!("The platform {platform} does not do {feature} deployments.");
                    let errors = vec![FieldError {
                        pointer: "/strategy".to_owned(),
                        code: "capability_unsupported",
                        detail: detail.clone(),
                    }];
                    return Err(Problem::new(Code::CapabilityUnsupported, detail)
                        .with("platform", platform)
                        .with("feature", feature)
                        .with_errors(errors));
                }
                target.strategy.kind = strategy;
            }
        }
        Ok(there)
    }
}

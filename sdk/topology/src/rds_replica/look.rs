//! What there is to see of a replica.

use aws_sdk_rds::types::DbInstance;
use sparki_aws::Aws;
use sparki_core::{Ctx, RemoteError, State};

use super::RdsReplicaModel;
use super::answer::{self, Described};
use super::parts::Parts;
use crate::rds::{ParameterGroup, Session};

/// Looks at everything that belongs to an instance. `reference` is what was planned or is in the state.
pub(super) async fn look(
    session: &Session<'_>,
    doing: &str,
    (instance, reference): (DbInstance, &RdsReplicaModel),
) -> Result<Described, RemoteError> {
    let parameters = match Parts::own_parameter_group(&instance) {
        Some(name) => ParameterGroup::read(session, doing, (name, reference.parameters.known())).await?,
        None => None,
    };
    Ok(Described { instance, parameters: Some(parameters.unwrap_or_default()) })
}

/// The state of a replica of which nothing was known before.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    instance: DbInstance,
) -> Result<State<RdsReplicaModel>, RemoteError> {
    let reference = answer::unknown(&instance);
    let described = look(session, doing, (instance, &reference)).await?;
    Ok(state(session, &described, &reference))
}

/// The state of a replica. `reference` is what was planned or is in the state.
pub(super) fn state(
    session: &Session<'_>,
    described: &Described,
    reference: &RdsReplicaModel,
) -> State<RdsReplicaModel> {
    State::new(answer::model(described, &session.region, session.aws.tags(), reference))
}

/// Tells of a replica that does not follow its source any more.
pub(super) fn tell_of_replication(ctx: &Ctx<Aws>, instance: &DbInstance) {
    if let Some(problem) = answer::broken(instance) {
        ctx.warn(
            "Replica does not follow its source",
            format!(
                "{problem} What it has is as old as the break. If the source is gone for good, set \"promoted\" to true to \
                 keep the data; otherwise mend the replication, or replace the replica."
            ),
        );
    }
}

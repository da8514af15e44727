//! Pins follow the promotions that they have begun.

use crate::{
    audit::Actor,
    database::Connection,
    document::choice::word_of,
    http::problem::Problem,
    object::standing::{Revision, Standing},
    promotion::{
        pin::{EnvironmentRelease, model::PinStatus},
        process::Promotion,
    },
};

/// Tells the pin of a promotion what has become of it, if it has one; has to run in a turn.
pub(crate) async fn follow(
    connection: &mut Connection,
    promotion: &Standing<Promotion>,
    now: &str,
) -> Result<(), Problem> {
    let id: Option<String> =
        sqlx::query_scalar("SELECT id FROM environment_releases WHERE promotion_id = $1")
            .bind(&promotion.id)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(id) = id else { return Ok(()) };
    let Some(mut pin) = Standing::<EnvironmentRelease>::find(connection, &id).await? else { return Ok(()) };
    let status = PinStatus::from(promotion.object.status);
    if pin.object.status != status {
        pin.object.status = status;
        let revision = Revision { actor: &Actor::server(), happened: word_of(status), now };
        pin.write(connection, &revision).await?;
    }
    Ok(())
}

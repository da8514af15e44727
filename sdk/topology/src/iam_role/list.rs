//! Finds roles.

use sparki_aws::{Aws, AwsError};
use sparki_core::{Config, Ctx, Found, List, RemoteError, State, Value};
use sparki_derive::Model;

use super::look::{begin, look};
use super::remote::found as state_of;
use super::{IamRole, IamRoleModel};
use crate::operation::Pages;

const LIST: &str = "failed to list the roles";

/// IAM roles of the account, by name.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct IamRoleFilter {
    /// How the paths of the roles begin, such as `/teams/`. Every path if it is not set.
    #[attr(optional, validate(len(1..=512), pattern("^/[!-~]*$", "begin with a slash")))]
    pub path_prefix: Value<String>,
}

impl List for IamRole {
    type Filter = IamRoleFilter;

    async fn list(
        ctx: &Ctx<Aws>,
        filter: Config<IamRoleFilter>,
        found: &mut Found<'_, IamRoleModel>,
    ) -> Result<(), RemoteError> {
        let session = begin(ctx).await?;
        let mut pages = Pages::new();
        let prefix = filter.path_prefix.known();
        let send = |marker| {
            let request = session.client.list_roles().set_path_prefix(prefix.cloned()).set_marker(marker);
            async move {
                let answer = request.send().await.map_err(AwsError::from)?;
                Ok((Some(answer.roles), answer.marker))
            }
        };
        while let Some(page) = pages.next(&session, LIST, send).await? {
            for role in page {
                let name = role.role_name().to_owned();
                let state = if found.wants_objects() {
                    // One that is gone by now is none of the list.
                    let Some(found) = look(&session, LIST, &name).await? else { continue };
                    state_of(&session, &found)
                } else {
                    State::new(IamRoleModel {
                        name: name.clone().into(),
                        arn: role.arn().into(),
                        ..IamRoleModel::blank()
                    })
                };
                if found.offer(name, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

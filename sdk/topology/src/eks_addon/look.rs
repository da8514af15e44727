//! What there is to see of an add-on: itself, the roles of its service accounts, and which versions AWS offers.

use std::collections::BTreeMap;

use aws_sdk_eks::types::Addon;
use sparki_aws::{AwsError, Consistency};
use sparki_core::{RemoteError, State, Value};

use super::answer::{self, Described};
use super::{EksAddonModel, OnCreate, OnUpdate};
use crate::eks::{Catalog, Session, Wanted};

/// Looks at the add-on; `None` if it does not exist, or its cluster does not.
pub(super) async fn describe(
    session: &Session<'_>,
    (cluster, name): (&str, &str),
) -> Result<Option<Addon>, AwsError> {
    let request = session.client.describe_addon().cluster_name(cluster).addon_name(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.addon),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The state of an add-on, with the roles of its service accounts. `reference` is what was planned or is in the state,
/// and has the version that is available.
pub(super) async fn look(
    session: &Session<'_>,
    doing: &str,
    addon: Addon,
    reference: &EksAddonModel,
) -> Result<State<EksAddonModel>, RemoteError> {
    let pod_identities = pod_identities(session, doing, &addon).await?;
    let described = Described { addon, pod_identities };
    Ok(State::new(answer::model(&described, &session.region, session.aws.tags(), reference)))
}

/// The state of an add-on of which nothing was known before. Its version is the default if it has that one, and else
/// that which it has, so that configuration written for it changes nothing.
pub(super) async fn found(
    session: &Session<'_>,
    doing: &str,
    addon: Addon,
) -> Result<State<EksAddonModel>, RemoteError> {
    let named = |name: Option<&str>| Value::from(name.map(str::to_owned));
    let reference = EksAddonModel {
        cluster_name: named(addon.cluster_name()),
        name: named(addon.addon_name()),
        version: "default".into(),
        resolve_conflicts_on_create: OnCreate::Overwrite.into(),
        resolve_conflicts_on_update: OnUpdate::Preserve.into(),
        preserve_on_delete: false.into(),
        ..EksAddonModel::blank()
    };
    let default = available(session, doing, &reference).await?;
    let installed = addon.addon_version().map(str::to_owned);
    let version = if default == installed { reference.version.clone() } else { installed.clone().into() };
    let reference = EksAddonModel { version, available_version: installed.into(), ..reference };
    look(session, doing, addon, &reference).await
}

/// The version that the wanted one stands for; none if the endpoint cannot tell, as some stand-ins cannot.
pub(super) async fn available(
    session: &Session<'_>,
    doing: &str,
    addon: &EksAddonModel,
) -> Result<Option<String>, RemoteError> {
    let wanted = Wanted::read(addon.version.known().map_or("default", String::as_str));
    if let Wanted::Pinned(version) = wanted {
        return Ok(Some(version.to_owned()));
    }
    let kubernetes = match addon.cluster_version.known() {
        Some(version) => Some(version.clone()),
        None => {
            let cluster = addon.cluster_name.known().map_or("", String::as_str);
            session.cluster_version(doing, cluster).await?
        }
    };
    let Some(kubernetes) = kubernetes else { return Ok(None) };
    let name = addon.name.known().map_or("", String::as_str);
    Ok(Catalog::ask(session, doing, (name, &kubernetes)).await?.and_then(|catalog| catalog.find(wanted)))
}

/// The roles of the add-on's service accounts. AWS names only the associations.
async fn pod_identities(
    session: &Session<'_>,
    doing: &str,
    addon: &Addon,
) -> Result<BTreeMap<String, String>, RemoteError> {
    let cluster = addon.cluster_name().unwrap_or_default();
    let mut identities = BTreeMap::new();
    for arn in addon.pod_identity_associations() {
        let id = arn.rsplit('/').next().unwrap_or_default();
        let send = || async {
            let request = session.client.describe_pod_identity_association();
            request.cluster_name(cluster).association_id(id).send().await.map_err(AwsError::from)
        };
        match session.send(Consistency::Propagation, doing, send).await? {
            Ok(answer) => {
                let association = answer.association;
                let parts = association.and_then(|it| Some((it.service_account?, it.role_arn?)));
                identities.extend(parts);
            }
            // One that is gone by now is none of the add-on's.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.reading(doing)),
        }
    }
    Ok(identities)
}

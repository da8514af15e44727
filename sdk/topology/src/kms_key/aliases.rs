//! The names of a key in one region.

use std::collections::BTreeSet;

use sparki_aws::{AwsError, Class, Consistency, Region};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::group::{Session, describe};
use crate::operation::Pages;

const PREFIX: &str = "alias/";

/// The aliases of a key, without `alias/`.
pub(super) async fn of(
    session: &Session<'_>,
    doing: &str,
    key_id: &str,
) -> Result<BTreeSet<String>, RemoteError> {
    let (mut pages, mut aliases) = (Pages::new(), BTreeSet::new());
    let send = |marker| async move {
        let request = session.client.list_aliases().key_id(key_id).set_marker(marker);
        let answer = request.send().await.map_err(AwsError::from)?;
        Ok((answer.aliases, answer.next_marker))
    };
    while let Some(page) = pages.next(session, doing, send).await? {
        let names = page.iter().filter_map(|alias| alias.alias_name()?.strip_prefix(PREFIX));
        aliases.extend(names.map(str::to_owned));
    }
    Ok(aliases)
}

/// The key that an alias leads to, which may be none.
pub(super) async fn target(
    session: &Session<'_>,
    doing: &str,
    alias: &str,
) -> Result<Option<String>, RemoteError> {
    let key = describe(session, doing, &format!("{PREFIX}{alias}")).await?;
    Ok(key.map(|key| key.key_id))
}

/// Gives a key an alias, unless it has it.
pub(super) async fn give(
    session: &Session<'_>,
    doing: &str,
    (key_id, alias): (&str, &str),
) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.create_alias().alias_name(format!("{PREFIX}{alias}"));
        request.target_key_id(key_id).send().await.map_err(AwsError::from)
    };
    match session.send_to_new(doing, send).await? {
        Ok(_) => Ok(()),
        Err(error) if error.class() == Class::Conflict => match target(session, doing, alias).await? {
            Some(target) if target == key_id => Ok(()),
            Some(_) | None => Err(taken(doing, &session.region, alias)),
        },
        Err(error) => Err(error.changing(doing)),
    }
}

/// Takes an alias away. One that is gone is no error.
pub(super) async fn remove(session: &Session<'_>, doing: &str, alias: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_alias().alias_name(format!("{PREFIX}{alias}"));
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}

/// What to do about an alias that leads to another key.
pub(super) fn taken(doing: &str, region: &Region, alias: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
        "The alias {alias:?} leads to another key in {region}, which this run did not make. Choose another alias, remove \
         it (aws kms delete-alias --region {region} --alias-name {PREFIX}{alias}), or take that key under management: \
         terraform import <address> {region}/{PREFIX}{alias}"
    ))
}

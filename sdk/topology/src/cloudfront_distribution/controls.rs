//! The origin access controls of a distribution's own: made before it, and removed once it does not use them.

use std::collections::BTreeSet;

use aws_sdk_cloudfront::types::Distribution;
use sparki_aws::{AwsError, Class, Consistency};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::signing::{Control, Mark, RequestSigning, is_to_be_told};
use super::{CloudfrontDistributionModel, Session};
use crate::operation::Pages;

/// The most controls that CloudFront tells at once.
const LARGEST_PAGE: i32 = 100;

/// The controls of a distribution's own that there are.
pub(super) async fn own(
    session: &Session<'_>,
    doing: &str,
    mark: &Mark,
) -> Result<Vec<Control>, RemoteError> {
    let (mut pages, mut own) = (Pages::new(), Vec::new());
    let client = &session.client;
    let send = |marker| async move {
        let request = client.list_origin_access_controls().max_items(LARGEST_PAGE).set_marker(marker);
        let list = request.send().await.map_err(AwsError::from)?.origin_access_control_list;
        Ok::<_, AwsError>(list.map(|list| (list.items, list.next_marker)).unwrap_or_default())
    };
    while let Some(page) = pages.next(session, doing, send).await? {
        own.extend(page.iter().filter_map(|found| mark.own(found)));
    }
    Ok(own)
}

/// The same for a distribution that was looked at; nothing is asked if all its controls are known to be somebody else's.
pub(super) async fn own_of(
    session: &Session<'_>,
    doing: &str,
    distribution: &Distribution,
    known: &CloudfrontDistributionModel,
) -> Result<Vec<Control>, RemoteError> {
    if !is_to_be_told(distribution, known) {
        return Ok(Vec::new());
    }
    own(session, doing, &Mark::of(distribution)).await
}

/// Makes what is missing of the controls that a distribution needs, and mends those that somebody has changed. All of its own that
/// there are then, needed or not.
pub(super) async fn ensure(
    session: &Session<'_>,
    doing: &str,
    mark: &Mark,
    wanted: &BTreeSet<RequestSigning>,
) -> Result<Vec<Control>, RemoteError> {
    let mut controls = own(session, doing, mark).await?;
    for signing in wanted {
        let there = controls.iter_mut().find(|control| control.place == *signing);
        match there {
            None => controls.push(make(session, doing, mark, *signing).await?),
            Some(control) if control.signs == Some(*signing) => {}
            Some(control) => {
                mend(session, doing, mark, control).await?;
                control.signs = Some(*signing);
            }
        }
    }
    Ok(controls)
}

/// Makes a control. One whose answer was lost is found by its name.
async fn make(
    session: &Session<'_>,
    doing: &str,
    mark: &Mark,
    signing: RequestSigning,
) -> Result<Control, RemoteError> {
    let send = || async {
        let request = session.client.create_origin_access_control();
        let request = request.origin_access_control_config(mark.config(signing));
        request.send().await.map_err(AwsError::from)
    };
    let error = match session.send(Consistency::Free, doing, send).await? {
        Ok(answer) => {
            let made = answer.origin_access_control.map(|made| made.id);
            match made {
                Some(id) => return Ok(Control { place: signing, id, signs: Some(signing) }),
                None => AwsError::new(Class::Garbled, "AWS's answer has no origin access control in it"),
            }
        }
        Err(error) if error.class() == Class::Conflict || error.maybe_applied() => error,
        Err(error) => return Err(error.changing(doing)),
    };
    let found = own(session, doing, mark).await.map_err(|failed| failed.with_maybe_applied(true))?;
    found.into_iter().find(|control| control.place == signing).ok_or_else(|| {
        if error.class() == Class::Conflict {
            let name = mark.name(signing);
            return RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
                "There is an origin access control {name:?} that Sparki has not made. Rename or remove it, or set \
                 \"origin_access_control_id\" in place of \"request_signing\"."
            ));
        }
        error.changing(doing).with_maybe_applied(true)
    })
}

async fn mend(session: &Session<'_>, doing: &str, mark: &Mark, control: &Control) -> Result<(), RemoteError> {
    let send = || async {
        let etag = etag(session, &control.id).await?;
        let request = session.client.update_origin_access_control().id(&control.id).set_if_match(etag);
        let request = request.origin_access_control_config(mark.config(control.place));
        request.send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await.map(drop)
}

/// Removes those controls of a distribution's own that it does not need any more.
pub(super) async fn remove(
    session: &Session<'_>,
    doing: &str,
    own: &[Control],
    needed: &BTreeSet<RequestSigning>,
) -> Result<(), RemoteError> {
    for control in own {
        if needed.contains(&control.place) {
            continue;
        }
        // CloudFront counts a distribution as its user for some moments after it is none any more.
        let send = || async {
            let etag = etag(session, &control.id).await?;
            let request = session.client.delete_origin_access_control().id(&control.id).set_if_match(etag);
            request.send().await.map_err(AwsError::from)
        };
        session.remove_unused(doing, send).await?;
    }
    Ok(())
}

/// What a change of a control has to name.
async fn etag(session: &Session<'_>, id: &str) -> Result<Option<String>, AwsError> {
    let request = session.client.get_origin_access_control().id(id);
    Ok(request.send().await.map_err(AwsError::from)?.e_tag)
}

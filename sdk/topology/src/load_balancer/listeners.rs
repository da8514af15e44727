//! Makes, changes and removes listeners.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::Certificate;
use sparki_aws::{AwsError, Consistency, Nonce, TagChange};
use sparki_core::RemoteError;

use super::listener::Listener;
use super::listener_requests::{self, Step, certificate_steps, steps};
use super::look::There;
use super::{LoadBalancerModel, Session, tags};

/// Takes the listeners to what is wanted. `groups` are the ARNs of the target groups, by name.
pub(super) async fn converge(
    session: &Session<'_>,
    (doing, there): (&str, &There),
    wanted: &LoadBalancerModel,
    groups: &BTreeMap<String, String>,
) -> Result<(), RemoteError> {
    let listeners = wanted.listeners.known().cloned().unwrap_or_default();
    for step in steps(&there.listeners, &listeners) {
        match step {
            Step::Remove(index) => {
                let arn = there.listeners[index].wire.listener_arn().unwrap_or_default();
                remove(session, doing, arn).await?;
            }
            Step::Change(index, key, listener) => {
                let it = &there.listeners[index];
                let arn = it.wire.listener_arn().unwrap_or_default();
                if let Some(request) = listener_requests::modify(it, listener, groups) {
                    let send =
                        || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
                    session.change(Consistency::Free, doing, send).await?;
                }
                certify(session, (doing, arn), &it.certificates, listener).await?;
                let name = there.listener_tags.get(arn).and_then(|tags| tags.get(tags::NAME));
                if name.is_none_or(|name| name != key) {
                    let set = BTreeMap::from([(tags::NAME.to_owned(), key.to_owned())]);
                    let change = TagChange { set, ..TagChange::default() };
                    tags::change(session, (doing, arn), change).await?;
                }
            }
            Step::Make(key, listener) => {
                make(session, (doing, there.arn()), (wanted, key, listener), groups).await?;
            }
        }
    }
    Ok(())
}

/// Removes a listener. One that is gone already is no error.
async fn remove(session: &Session<'_>, doing: &str, arn: &str) -> Result<(), RemoteError> {
    let send =
        || async { session.client.delete_listener().listener_arn(arn).send().await.map_err(AwsError::from) };
    session.remove(Consistency::Free, doing, send).await
}

/// Makes a listener. AWS makes none twice: there is one on a port, and the same request gets the same answer.
async fn make(
    session: &Session<'_>,
    (doing, balancer): (&str, &str),
    (wanted, key, listener): (&LoadBalancerModel, &str, &Listener),
    groups: &BTreeMap<String, String>,
) -> Result<(), RemoteError> {
    let own = wanted.tags.known().cloned().unwrap_or_default();
    let mut own = session.aws.tags().for_create(&own, &Nonce::random());
    own.insert(tags::NAME.to_owned(), key.to_owned());
    let request = listener_requests::create(listener, (balancer, groups), tags::wire(&own));
    let send = || async { request.clone().send_with(&session.client).await.map_err(AwsError::from) };
    let answer = session.send(Consistency::Free, doing, send).await?;
    let made = answer.map_err(|error| error.changing(doing))?.listeners.unwrap_or_default();
    let arn = made.first().and_then(|made| made.listener_arn()).unwrap_or_default();
    certify(session, (doing, arn), &[], listener).await
}

/// Gives a listener the certificates besides its first.
async fn certify(
    session: &Session<'_>,
    (doing, arn): (&str, &str),
    there: &[String],
    listener: &Listener,
) -> Result<(), RemoteError> {
    let (added, removed) = certificate_steps(there, listener);
    // AWS takes one certificate in a request.
    for certificate in added {
        let certificate = Certificate::builder().certificate_arn(certificate).build();
        let send = || async {
            let request = session.client.add_listener_certificates().listener_arn(arn);
            request.certificates(certificate.clone()).send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Free, doing, send).await?;
    }
    for certificate in removed {
        let certificate = Certificate::builder().certificate_arn(certificate).build();
        let send = || async {
            let request = session.client.remove_listener_certificates().listener_arn(arn);
            request.certificates(certificate.clone()).send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, doing, send).await?;
    }
    Ok(())
}

//! Listeners on the wire, and how they come to what is planned. Pure.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::operation::create_listener::builders::CreateListenerInputBuilder;
use aws_sdk_elasticloadbalancingv2::operation::modify_listener::builders::ModifyListenerInputBuilder;
use aws_sdk_elasticloadbalancingv2::types::{Certificate, Listener as WireListener, ProtocolEnum, Tag};
use sparki_core::Value;

use super::action;
use super::listener::{Listener, ListenerProtocol};

/// What listeners with TLS speak if nothing else is said: TLS 1.2 and 1.3.
pub(super) const SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/// A listener that there is.
#[derive(Clone, Debug)]
pub(super) struct There {
    /// Its name: the one in its tags, or one by its port if something else made it.
    pub(super) key: String,
    pub(super) wire: WireListener,
    /// ARNs of its certificates: the one for clients that name no host, and then its list of others, which may have the first
    /// once more.
    pub(super) certificates: Vec<String>,
}

/// One step from the listeners that there are to those that are wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// Removes the listener at this place among those that there are.
    Remove(usize),
    /// Changes it to the wanted one of this name.
    Change(usize, &'a str, &'a Listener),
    /// Makes one.
    Make(&'a str, &'a Listener),
}

/// The steps, in order. A listener is told by its name, and else by its port, so that one under a new name is not made anew.
/// One whose port is taken by another is made anew after that has gone.
pub(super) fn steps<'a>(there: &[There], wanted: &'a BTreeMap<String, Listener>) -> Vec<Step<'a>> {
    let port = |there: &There| there.wire.port();
    let wanted_port = |listener: &Listener| listener.port.known().map(|port| i32::from(*port));
    let mut kept: BTreeMap<usize, (&str, &Listener)> = BTreeMap::new();
    let mut made = Vec::new();
    for (key, listener) in wanted {
        let by_name = there.iter().position(|it| it.key == *key);
        let by_port =
            || there.iter().position(|it| port(it) == wanted_port(listener) && !wanted.contains_key(&it.key));
        let holder = there.iter().position(|it| port(it) == wanted_port(listener));
        match by_name.or_else(by_port) {
            Some(index) if holder.is_none_or(|holder| holder == index) => {
                kept.insert(index, (key, listener));
            }
            Some(_) | None => made.push(Step::Make(key, listener)),
        }
    }
    let gone = (0..there.len()).filter(|index| !kept.contains_key(index)).map(Step::Remove);
    let changed = kept.iter().map(|(index, (key, listener))| Step::Change(*index, key, listener));
    gone.chain(changed).chain(made).collect()
}

/// The request that makes a listener, with the certificate for clients that name no host.
pub(super) fn create(
    listener: &Listener,
    (balancer, groups): (&str, &BTreeMap<String, String>),
    tags: Vec<Tag>,
) -> CreateListenerInputBuilder {
    CreateListenerInputBuilder::default()
        .load_balancer_arn(balancer)
        .set_port(listener.port.known().map(|port| i32::from(*port)))
        .set_protocol(protocol(listener))
        .set_certificates(certificate(listener))
        .set_ssl_policy(ssl_policy(listener))
        .default_actions(action::wire(listener, groups))
        .set_tags(Some(tags))
}

/// The request that changes a listener; none if it is like that already.
pub(super) fn modify(
    there: &There,
    listener: &Listener,
    groups: &BTreeMap<String, String>,
) -> Option<ModifyListenerInputBuilder> {
    let keys = groups.iter().map(|(key, arn)| (arn.clone(), key.clone())).collect();
    let now = model(there, &keys, Some(listener));
    let first = |listener: &Listener| listener.certificate_arns.known().and_then(|it| it.first().cloned());
    let is_same = Listener { certificate_arns: Value::Null, ..now.clone() }
        == Listener { certificate_arns: Value::Null, ..listener.clone() };
    if is_same && first(&now) == first(listener) {
        return None;
    }
    let last = action::wire(listener, groups);
    let actions = action::after_earlier(there.wire.default_actions(), last, listener);
    let request = ModifyListenerInputBuilder::default()
        .set_listener_arn(there.wire.listener_arn().map(str::to_owned))
        .set_port(listener.port.known().map(|port| i32::from(*port)))
        .set_protocol(protocol(listener))
        .set_certificates(certificate(listener))
        .set_ssl_policy(ssl_policy(listener))
        .set_default_actions(Some(actions));
    Some(request)
}

/// The certificates to add to a listener besides its first, and those to take away.
pub(super) fn certificate_steps(there: &[String], listener: &Listener) -> (Vec<String>, Vec<String>) {
    let wanted = listener.certificate_arns.known().map_or(&[][..], Vec::as_slice);
    // The first is exchanged with the listener itself, which forgets the one that was it before.
    let rest = there.get(1..).unwrap_or_default();
    let added = wanted.iter().skip(1).filter(|arn| !rest.contains(arn)).cloned();
    let removed = rest.iter().filter(|arn| !wanted.contains(arn)).cloned();
    (added.collect(), removed.collect())
}

/// The model of a listener. `keys` are the names of the target groups, by ARN; `known` is what was planned or is in the state.
pub(super) fn model(there: &There, keys: &BTreeMap<String, String>, known: Option<&Listener>) -> Listener {
    let wire = &there.wire;
    let does = action::of(wire.default_actions(), keys);
    let protocol: Option<ListenerProtocol> =
        wire.protocol().and_then(|protocol| protocol.as_str().parse().ok());
    let is_encrypted = protocol.is_some_and(ListenerProtocol::is_encrypted);
    let policy = wire.ssl_policy().filter(|policy| {
        let is_said = known.is_some_and(|known| known.ssl_policy.known().is_some());
        is_encrypted && !policy.is_empty() && (is_said || *policy != SSL_POLICY)
    });
    Listener {
        port: wire.port().and_then(|port| u16::try_from(port).ok()).into(),
        protocol: protocol.into(),
        certificate_arns: certificates(&there.certificates, known).into(),
        ssl_policy: policy.map(str::to_owned).into(),
        forward: does.forward,
        redirect: does.redirect,
        fixed_response: does.fixed_response,
    }
}

/// The certificates in the order that is known; it counts only which one is the first. Whether that is in the list as well makes
/// no difference.
fn certificates(there: &[String], known: Option<&Listener>) -> Option<Vec<String>> {
    let (first, rest) = there.split_first()?;
    let place = |arn: &String| {
        let known = known.and_then(|known| known.certificate_arns.known());
        known.and_then(|known| known.iter().position(|it| it == arn)).unwrap_or(usize::MAX)
    };
    let mut rest: Vec<_> = rest.iter().filter(|arn| *arn != first).cloned().collect();
    rest.sort_by_key(|arn| (place(arn), arn.clone()));
    Some(std::iter::once(first.clone()).chain(rest).collect())
}

fn protocol(listener: &Listener) -> Option<ProtocolEnum> {
    listener.protocol.known().map(|protocol| ProtocolEnum::from(protocol.as_str()))
}

fn certificate(listener: &Listener) -> Option<Vec<Certificate>> {
    let first = listener.certificate_arns.known()?.first()?;
    Some(vec![Certificate::builder().certificate_arn(first).build()])
}

fn ssl_policy(listener: &Listener) -> Option<String> {
    let is_encrypted = listener.protocol.known().is_some_and(|protocol| protocol.is_encrypted());
    is_encrypted.then(|| listener.ssl_policy.known().map_or(SSL_POLICY, String::as_str).to_owned())
}

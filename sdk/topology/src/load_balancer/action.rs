//! What a listener does, on the wire. Pure.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig,
    RedirectActionStatusCodeEnum, TargetGroupTuple,
};
use sparki_core::Value;

use super::listener::{FixedResponse, Listener, ListenerProtocol, Redirect};

/// What AWS is told to do. `arns` are those of the target groups, by name.
pub(super) fn wire(listener: &Listener, arns: &BTreeMap<String, String>) -> Action {
    let action = if let Some(redirect) = listener.redirect.known() {
        Action::builder().r#type(ActionTypeEnum::Redirect).redirect_config(wire_redirect(redirect))
    } else if let Some(response) = listener.fixed_response.known() {
        let config = FixedResponseActionConfig::builder()
            .set_status_code(response.status_code.known().map(u16::to_string))
            .set_content_type(response.content_type.known().cloned())
            .set_message_body(response.message_body.known().cloned());
        Action::builder().r#type(ActionTypeEnum::FixedResponse).fixed_response_config(config.build())
    } else {
        let targets: Vec<_> = listener.forward.known().into_iter().flatten().collect();
        let arn = |key: &String| arns.get(key).unwrap_or(key).clone();
        let action = Action::builder().r#type(ActionTypeEnum::Forward);
        match targets[..] {
            // The one form that load balancers of every type take.
            [(key, 1)] => action.target_group_arn(arn(key)),
            _ => {
                let tuple = |(key, weight): &(&String, &u16)| {
                    TargetGroupTuple::builder().target_group_arn(arn(key)).weight(i32::from(**weight)).build()
                };
                let config = ForwardActionConfig::builder();
                action.forward_config(
                    config.set_target_groups(Some(targets.iter().map(tuple).collect())).build(),
                )
            }
        }
    };
    action.build()
}

/// All that a listener is to do. What it does before the last of these, as signing in, nobody here knows of, and it stays. AWS
/// takes that of HTTPS only.
pub(super) fn after_earlier(there: &[Action], mut last: Action, listener: &Listener) -> Vec<Action> {
    let is_https = listener.protocol.known() == Some(&ListenerProtocol::Https);
    let mut actions = if is_https { there.to_vec() } else { Vec::new() };
    actions.sort_by_key(|action| action.order().unwrap_or_default());
    let Some(former) = actions.pop() else { return vec![last] };
    if actions.is_empty() {
        return vec![last];
    }
    for action in &mut actions {
        // AWS does not answer the secret, and keeps it if it is told to.
        if let Some(oidc) = &mut action.authenticate_oidc_config
            && oidc.client_secret.is_none()
        {
            oidc.use_existing_client_secret = Some(true);
        }
    }
    last.order = former.order;
    actions.push(last);
    actions
}

fn wire_redirect(redirect: &Redirect) -> RedirectActionConfig {
    let status = redirect.status_code.known();
    RedirectActionConfig::builder()
        .set_protocol(redirect.protocol.known().cloned())
        .set_port(redirect.port.known().cloned())
        .set_host(redirect.host.known().cloned())
        .set_path(redirect.path.known().cloned())
        .set_query(redirect.query.known().cloned())
        .set_status_code(status.map(|status| RedirectActionStatusCodeEnum::from(status.as_str())))
        .build()
}

/// What a listener does, as AWS answers it: one of three.
pub(super) struct Does {
    pub(super) forward: Value<BTreeMap<String, u16>>,
    pub(super) redirect: Value<Redirect>,
    pub(super) fixed_response: Value<FixedResponse>,
}

/// What AWS has been told to do. `keys` are the names of the target groups, by ARN.
pub(super) fn of(actions: &[Action], keys: &BTreeMap<String, String>) -> Does {
    // What comes before, as signing in, is not known here.
    let last = actions.iter().max_by_key(|action| action.order().unwrap_or_default());
    let redirect = last.and_then(Action::redirect_config).map(redirect);
    let response = last.and_then(Action::fixed_response_config).map(|config| FixedResponse {
        status_code: config.status_code().and_then(|code| code.parse().ok()).into(),
        content_type: config.content_type().map(str::to_owned).into(),
        message_body: config.message_body().filter(|body| !body.is_empty()).map(str::to_owned).into(),
    });
    let is_forward = last.and_then(Action::r#type) == Some(&ActionTypeEnum::Forward);
    Does {
        forward: last.filter(|_| is_forward).map(|action| forward(action, keys)).into(),
        redirect: redirect.into(),
        fixed_response: response.into(),
    }
}

fn forward(action: &Action, keys: &BTreeMap<String, String>) -> BTreeMap<String, u16> {
    let key = |arn: &str| keys.get(arn).map_or(arn, String::as_str).to_owned();
    let tuples = action.forward_config().map(ForwardActionConfig::target_groups).unwrap_or_default();
    if tuples.is_empty() {
        return action.target_group_arn().map(|arn| (key(arn), 1)).into_iter().collect();
    }
    let weighted = tuples.iter().filter_map(|tuple| {
        let weight = tuple.weight().and_then(|weight| u16::try_from(weight).ok()).unwrap_or(1);
        Some((key(tuple.target_group_arn()?), weight))
    });
    weighted.collect()
}

fn redirect(config: &RedirectActionConfig) -> Redirect {
    let text = |text: Option<&str>, usual: &str| Value::Known(text.unwrap_or(usual).to_owned());
    Redirect {
        protocol: text(config.protocol(), "#{protocol}"),
        port: text(config.port(), "#{port}"),
        host: text(config.host(), "#{host}"),
        path: text(config.path(), "/#{path}"),
        query: text(config.query(), "#{query}"),
        status_code: config.status_code().and_then(|status| status.as_str().parse().ok()).into(),
    }
}

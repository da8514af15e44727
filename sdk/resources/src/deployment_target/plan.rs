//! Rules of `sparki_deployment_target`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Dynamic, Path, Plan, Refinement, Value};

use super::{
    DeploymentTarget, DeploymentTargetModel, HealthCheck, HealthCheckKind, Platform, Strategy, StrategyKind,
};

impl DeploymentTargetModel {
    /// The platform whose attribute is set, if it is known which one is.
    #[must_use]
    pub fn configured_platform(&self) -> Option<Platform> {
        let set = [
            (self.kubernetes.is_set(), Platform::Kubernetes),
            (self.railway.is_set(), Platform::Railway),
            (self.render.is_set(), Platform::Render),
            (self.flyio.is_set(), Platform::Flyio),
            (self.vercel.is_set(), Platform::Vercel),
            (self.custom.is_set(), Platform::Custom),
        ];
        let mut set = set.into_iter().filter_map(|(is_set, platform)| is_set.then_some(platform));
        set.next().filter(|_| set.next().is_none())
    }
}

impl Plan for DeploymentTarget {
    fn validate(config: &Config<DeploymentTargetModel>) -> Diagnostics {
        let mut found = Diagnostics::new();
        if let Some(strategy) = config.strategy.known() {
            found.extend(validate_strategy(strategy, config.configured_platform()));
        }
        for (index, check) in config.health_checks.known().into_iter().flatten().enumerate() {
            found.extend(validate_health_check(check, &Path::attribute("health_checks").index(index)));
        }
        found
    }

    fn tidy(config: &mut DeploymentTargetModel) {
        // A version without the secret, which no state holds, would be refused.
        if let Value::Known(custom) = &mut config.custom
            && custom.signing_secret_wo.is_null()
        {
            custom.signing_secret_wo_version = Value::Null;
        }
    }

    fn plan(draft: &mut Draft<'_, DeploymentTargetModel>) -> Diagnostics {
        let Some(platform) = draft.planned().configured_platform() else {
            // Which of several unknown attributes turns out to be set is seen only when they are known.
            draft.planned_mut().platform = Value::unknown_but(Refinement::not_null());
            return Diagnostics::new();
        };
        draft.planned_mut().platform = Value::Known(platform);
        let before = draft.prior().and_then(|prior| prior.configured_platform());
        if before.is_some_and(|before| before != platform) {
            draft.require_replace(Path::attribute(platform.as_str()));
        }
        if draft.planned().signing_secret_fingerprint.is_unknown() && has_no_secret(draft, platform) {
            draft.planned_mut().signing_secret_fingerprint = Value::Null;
        }
        Diagnostics::new()
    }
}

/// Whether the deployment target will surely have no signing secret.
fn has_no_secret(draft: &Draft<'_, DeploymentTargetModel>, platform: Platform) -> bool {
    if platform != Platform::Custom {
        return true;
    }
    let is_unset = draft.config().custom.known().is_some_and(|custom| custom.signing_secret_wo.is_null());
    // A secret that was set elsewhere stays while none was set here.
    let prior = draft.prior().and_then(|prior| prior.custom.known());
    is_unset && prior.is_none_or(|custom| custom.signing_secret_wo_version.is_set())
}

fn validate_strategy(strategy: &Strategy, platform: Option<Platform>) -> Diagnostics {
    let mut found = Diagnostics::new();
    let at = Path::attribute("strategy");
    let Some(kind) = strategy.r#type.known() else { return found };
    if let Some(platform) = platform
        && !platform.strategies().contains(kind)
    {
        let supported: Vec<_> = platform.strategies().iter().map(|kind| kind.as_str()).collect();
        let text = format!(
            "The platform {platform} cannot do {kind:?}. Use one of: {}.",
            supported.join(", "),
            kind = kind.as_str()
        );
        found.push(Diagnostic::error("Unsupported strategy", text).at(at.then("type")));
    }
    let steps = strategy.steps.known().map_or(&[][..], Vec::as_slice);
    let invalid = |text: &str| Diagnostic::error("Invalid canary steps", text).at(at.then("steps"));
    if !steps.is_empty() && *kind != StrategyKind::Canary {
        found.push(invalid("\"steps\" only goes with the type \"canary\". Remove it, or change the type."));
    }
    if !steps.is_sorted_by(|a, b| a < b) {
        found
            .push(invalid("Each of \"steps\" must be larger than the one before, such as [5, 25, 50, 100]."));
    }
    found
}

/// Whether an address has no user, password or token before its host.
pub(super) fn holds_no_user(value: &Dynamic) -> Result<(), String> {
    let after_scheme = value.as_str().and_then(|text| text.split_once("://")).map(|(_, rest)| rest);
    match after_scheme.and_then(|rest| rest.split(['/', '?', '#', '\\']).next()) {
        Some(authority) if authority.contains('@') => {
            Err("must not hold a user or password before its host, which would stand in plan files".into())
        }
        Some(_) | None => Ok(()),
    }
}

fn validate_health_check(check: &HealthCheck, at: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(kind) = check.r#type.known() else { return found };
    let needed = match kind {
        HealthCheckKind::Http => "url",
        HealthCheckKind::Tcp => "port",
        HealthCheckKind::Script => "command",
    };
    let kind = kind.as_str();
    let parts = [
        ("url", check.url.is_null(), check.url.is_unknown()),
        ("port", check.port.is_null(), check.port.is_unknown()),
        ("command", check.command.is_null(), check.command.is_unknown()),
    ];
    for (name, is_null, is_unknown) in parts {
        if name == needed && is_null {
            let text = format!("A health check of type {kind:?} needs {name:?}. Set it.");
            found.push(Diagnostic::error("Incomplete health check", text).at(at.then(name)));
        }
        // What is unknown may turn out to be null.
        if name != needed && !is_null && !is_unknown {
            let text = format!(
                "{name:?} does not go with a health check of type {kind:?}, which looks at {needed:?}. Remove it, or \
                 change the type."
            );
            found.push(Diagnostic::error("Invalid health check", text).at(at.then(name)));
        }
    }
    found
}

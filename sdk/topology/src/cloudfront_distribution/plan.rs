//! Rules of `sparki_cloudfront_distribution`.

use std::collections::BTreeSet;

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{Behavior, CloudfrontDistribution, CloudfrontDistributionModel, HttpMethod};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for CloudfrontDistribution {
    fn validate(config: &Config<CloudfrontDistributionModel>) -> Diagnostics {
        let mut found = Vec::from_iter(check_certificate(config));
        let mut behaviors: Vec<(Path, &Behavior)> = Vec::new();
        behaviors.extend(config.default_behavior.known().map(|it| (Path::attribute("default_behavior"), it)));
        for (index, ordered) in config.ordered_behaviors.known().into_iter().flatten().enumerate() {
            let path = Path::attribute("ordered_behaviors").index(index).then("behavior");
            behaviors.extend(ordered.behavior.known().map(|behavior| (path, behavior)));
        }
        for (path, behavior) in behaviors {
            found.extend(check_origin(behavior, config).map(|it| it.at(path.then("origin"))));
            let methods = check_methods(behavior).or_else(|| check_methods_of_group(behavior, config));
            found.extend(methods.map(|it| it.at(path.then("allowed_methods"))));
        }
        found.extend(check_groups(config));
        found.extend(check_signing(config));
        found.into_iter().collect()
    }

    fn plan(draft: &mut Draft<'_, CloudfrontDistributionModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<CloudfrontDistributionModel>) -> Diagnostics {
        let mut found = Protected::check_plan(protection(prior));
        if prior.retain_on_delete.known() == Some(&true) {
            found.push(
                Diagnostic::warning(
                    "Distribution stays in the account",
                    "\"retain_on_delete\" is true, so the distribution will be disabled and left in the account, with all \
                     that belongs to it. To have it removed, set it to false and apply first.",
                )
                .at(Path::attribute("retain_on_delete")),
            );
        }
        found
    }
}

/// What the distribution is while it must not be removed.
pub(super) fn protection(distribution: &CloudfrontDistributionModel) -> Option<Protected> {
    Protected::on_request("distribution").by(&distribution.deletion_protection)
}

/// CloudFront's own certificate is for its own names only.
fn check_certificate(config: &CloudfrontDistributionModel) -> Option<Diagnostic> {
    let has_aliases = config.aliases.known().is_some_and(|aliases| !aliases.is_empty());
    (has_aliases && config.certificate_arn.is_null()).then(|| {
        Diagnostic::error(
            "Names without a certificate",
            "\"aliases\" is set, and CloudFront serves names of your own only with a certificate for them. Set \
             \"certificate_arn\" to one in us-east-1.",
        )
        .at(Path::attribute("aliases"))
    })
}

/// A behavior names an origin or a group of them.
fn check_origin(behavior: &Behavior, config: &CloudfrontDistributionModel) -> Option<Diagnostic> {
    let origin = behavior.origin.known()?;
    let origins = config.origins.known()?;
    if config.origin_groups.is_unknown() {
        return None;
    }
    let groups = config.origin_groups.known().into_iter().flatten().map(|(name, _)| name);
    let names: Vec<_> = origins.keys().chain(groups).map(String::as_str).collect();
    if names.contains(&origin.as_str()) {
        return None;
    }
    Some(Diagnostic::error(
        "Unknown origin",
        format!(
            "There is no origin {origin:?}. Use one of {}, or add it to \"origins\" or \"origin_groups\".",
            names.join(", ")
        ),
    ))
}

/// A group has two origins that there are, and a name that none of them has.
fn check_groups(config: &CloudfrontDistributionModel) -> Vec<Diagnostic> {
    let (Some(groups), Some(origins)) = (config.origin_groups.known(), config.origins.known()) else {
        return Vec::new();
    };
    let names: Vec<_> = origins.keys().map(String::as_str).collect();
    let mut found = Vec::new();
    for (name, group) in groups {
        let path = Path::attribute("origin_groups").key(name);
        if origins.contains_key(name) {
            found.push(
                Diagnostic::error(
                    "Name of an origin and of a group",
                    format!(
                        "{name:?} is in \"origins\" and in \"origin_groups\", so behaviors could not tell them apart. \
                         Choose another name for one of them."
                    ),
                )
                .at(path.clone()),
            );
        }
        for (attribute, origin) in [("primary", &group.primary), ("secondary", &group.secondary)] {
            let unknown = origin.known().filter(|origin| !origins.contains_key(*origin));
            found.extend(unknown.map(|origin| {
                Diagnostic::error(
                    "Unknown origin",
                    format!(
                        "There is no origin {origin:?}. Use one of {}, or add it to \"origins\".",
                        names.join(", ")
                    ),
                )
                .at(path.then(attribute))
            }));
        }
        if group.primary.known().is_some_and(|primary| group.secondary.known() == Some(primary)) {
            found.push(
                Diagnostic::error(
                    "Origin that stands in for itself",
                    "\"primary\" and \"secondary\" are the same origin. Name another one as the second, or let behaviors \
                     name the origin itself.",
                )
                .at(path.then("secondary")),
            );
        }
    }
    found
}

/// Only buckets know what is signed.
fn check_signing(config: &CloudfrontDistributionModel) -> Vec<Diagnostic> {
    let origins = config.origins.known().into_iter().flatten();
    let signed =
        origins.filter(|(_, it)| it.request_signing.known().is_some() && it.custom.known().is_some());
    let told = |name: &String| {
        Diagnostic::error(
            "Signed requests to what is no bucket",
            "\"request_signing\" is for buckets, and \"custom\" for what is none. Leave out one of them.",
        )
        .at(Path::attribute("origins").key(name).then("request_signing"))
    };
    signed.map(|(name, _)| told(name)).collect()
}

/// CloudFront asks a second origin only for what reads, and takes no group where more may be asked.
fn check_methods_of_group(behavior: &Behavior, config: &CloudfrontDistributionModel) -> Option<Diagnostic> {
    let name = behavior.origin.known()?;
    config.origin_groups.known().filter(|groups| groups.contains_key(name))?;
    let reads = [HttpMethod::Get, HttpMethod::Head, HttpMethod::Options];
    behavior.allowed_methods.known()?.iter().any(|method| !reads.contains(method)).then(|| {
        Diagnostic::error(
            "Methods that a group of origins does not take",
            format!(
                "{name:?} is a group of origins, and CloudFront takes only GET, HEAD and OPTIONS for it. Set \
                 \"allowed_methods\" to these, or name an origin."
            ),
        )
    })
}

/// CloudFront takes three sets of methods, and caches none that do not get through.
fn check_methods(behavior: &Behavior) -> Option<Diagnostic> {
    let read = BTreeSet::from([HttpMethod::Get, HttpMethod::Head]);
    let asked: BTreeSet<_> = read.iter().copied().chain([HttpMethod::Options]).collect();
    let all: BTreeSet<_> = HttpMethod::ALL.iter().copied().collect();
    let known = |value: &Value<BTreeSet<HttpMethod>>| match value {
        Value::Known(methods) => Some(methods.clone()),
        Value::Null => Some(read.clone()),
        Value::Unknown(_) => None,
    };
    let (allowed, cached) = (known(&behavior.allowed_methods)?, known(&behavior.cached_methods)?);
    if ![&read, &asked, &all].contains(&&allowed) {
        return Some(Diagnostic::error(
            "Methods that CloudFront does not take together",
            "\"allowed_methods\" is either GET and HEAD, or GET, HEAD and OPTIONS, or all seven. Set one of these.",
        ));
    }
    let takes = [&read, &asked].contains(&&cached);
    (!takes || !cached.is_subset(&allowed)).then(|| {
        Diagnostic::error(
            "Methods that CloudFront does not cache",
            "\"cached_methods\" is either GET and HEAD, or GET, HEAD and OPTIONS, and each is one of \"allowed_methods\". \
             Set it so, or leave it out.",
        )
    })
}

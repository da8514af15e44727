//! Rules of `sparki_cloudfront_distribution`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Config, Diagnostic, Diagnostics, Path, Plan, Value};

use super::{Behavior, CloudfrontDistribution, CloudfrontDistributionModel, HttpMethod, Origin};

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
            let origins = config.origins.known();
            found.extend(
                origins
                    .and_then(|origins| check_origin(behavior, origins))
                    .map(|it| it.at(path.clone().then("origin"))),
            );
            found.extend(check_methods(behavior).map(|it| it.at(path.then("allowed_methods"))));
        }
        found.into_iter().collect()
    }
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

fn check_origin(behavior: &Behavior, origins: &BTreeMap<String, Origin>) -> Option<Diagnostic> {
    let origin = behavior.origin.known().filter(|origin| !origins.contains_key(*origin))?;
    let names: Vec<_> = origins.keys().map(String::as_str).collect();
    Some(Diagnostic::error(
        "Unknown origin",
        format!("There is no origin {origin:?}. Use one of {}, or add it to \"origins\".", names.join(", ")),
    ))
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

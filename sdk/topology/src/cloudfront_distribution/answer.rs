//! From CloudFront's description of a distribution to the model. Pure.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cloudfront::types::{
    Aliases, CacheBehaviors, CustomErrorResponses, Distribution, DistributionConfig,
    GeoRestriction as WireGeo,
};
use sparki_aws::{Seen, Tags};
use sparki_core::{Id, Value};

use super::{
    Behavior, CloudfrontDistributionModel, ErrorResponse, GeoRestriction, Logging, OrderedBehavior, Origin,
    origin_group,
};
use crate::operation::shown_tags;

/// Hosted zone of CloudFront's host names, from its documentation of alias records.
const ZONE: &str = "Z2FDTNDATAQYW2";
/// The same in China.
const ZONE_OF_CHINA: &str = "Z3RFFRIM2A3IF5";

/// The model of a distribution. `reference` is what was planned, or what the state has: it decides between two ways of
/// saying the same, and fills in what only the provider knows, and what an endpoint does not answer.
pub(super) fn model(
    distribution: &Distribution,
    remote_tags: &HashMap<String, String>,
    tags: Tags<'_>,
    reference: &CloudfrontDistributionModel,
) -> CloudfrontDistributionModel {
    let (tags, tags_all) = shown_tags(tags, Some(remote_tags), (&reference.tags, &reference.tags_all));
    let is_china = distribution.arn().starts_with("arn:aws-cn:");
    let identified = CloudfrontDistributionModel {
        id: Value::Known(Id::new(distribution.id())),
        tags,
        tags_all,
        arn: distribution.arn().into(),
        domain_name: distribution.domain_name().into(),
        hosted_zone_id: if is_china { ZONE_OF_CHINA } else { ZONE }.into(),
        status: distribution.status().into(),
        ..reference.clone()
    };
    match distribution.distribution_config() {
        Some(config) => configured(config, identified),
        None => identified,
    }
}

/// Whether two configurations are the same in all that is known here.
pub(super) fn same(one: &DistributionConfig, other: &DistributionConfig) -> bool {
    let known = |config| configured(config, CloudfrontDistributionModel::blank());
    known(one) == known(other)
}

fn configured(
    config: &DistributionConfig,
    known: CloudfrontDistributionModel,
) -> CloudfrontDistributionModel {
    let text = |text: Option<&str>| Value::from(text.filter(|it| !it.is_empty()).map(str::to_owned));
    let certificate = config.viewer_certificate();
    let certificate_arn = text(certificate.and_then(|it| it.acm_certificate_arn()));
    let version = certificate.and_then(|it| it.minimum_protocol_version()).map(|it| it.as_str());
    let aliases = config.aliases().map(Aliases::items).unwrap_or_default();
    let behaviors = config.cache_behaviors().map(CacheBehaviors::items).unwrap_or_default();
    let ordered = |(index, wire)| {
        let known = known.ordered_behaviors.known().and_then(|known| known.get(index));
        OrderedBehavior::of(wire, known)
    };
    let ordered: Vec<_> = behaviors.iter().enumerate().map(ordered).collect();
    let default = config.default_cache_behavior();
    let default = default.map(|wire| Behavior::of(wire, known.default_behavior.known()));
    let geo = config.restrictions().and_then(|it| it.geo_restriction()).and_then(geo);
    CloudfrontDistributionModel {
        enabled: config.enabled().into(),
        comment: config.comment().into(),
        aliases: (!aliases.is_empty()).then(|| aliases.iter().cloned().collect()).into(),
        // Without a certificate of one's own it is CloudFront's, about which there is nothing to say.
        minimum_tls_version: match (&certificate_arn, version) {
            (Value::Known(_), Some(version)) => version.into(),
            (Value::Known(_) | Value::Null | Value::Unknown(_), _) => known.minimum_tls_version.clone(),
        },
        certificate_arn,
        origins: origins(config, &known).into(),
        origin_groups: origin_group::of(config.origin_groups(), &known.origin_groups),
        default_behavior: default.into(),
        ordered_behaviors: (!ordered.is_empty()).then_some(ordered).into(),
        default_root_object: text(config.default_root_object()),
        error_responses: errors(config.custom_error_responses()),
        price_class: config.price_class().and_then(|it| it.as_str().parse().ok()).into(),
        http_version: config.http_version().and_then(|it| it.as_str().to_lowercase().parse().ok()).into(),
        ipv6: config.is_ipv6_enabled().unwrap_or(false).into(),
        logging: config
            .logging()
            .filter(|logging| logging.enabled())
            .map(|logging| Logging {
                bucket: logging.bucket().into(),
                prefix: logging.prefix().into(),
                include_cookies: logging.include_cookies().into(),
            })
            .into(),
        web_acl_arn: text(config.web_acl_id()),
        geo_restriction: geo.into(),
        ..known
    }
}

fn origins(config: &DistributionConfig, known: &CloudfrontDistributionModel) -> BTreeMap<String, Origin> {
    let origin = |wire: &aws_sdk_cloudfront::types::Origin| {
        let known = known.origins.known().and_then(|known| known.get(wire.id()));
        (wire.id().to_owned(), Origin::of(wire, known))
    };
    config.origins().map(|origins| origins.items()).unwrap_or_default().iter().map(origin).collect()
}

fn errors(responses: Option<&CustomErrorResponses>) -> Value<BTreeMap<String, ErrorResponse>> {
    let responses = responses.map(CustomErrorResponses::items).unwrap_or_default().iter();
    let responses: BTreeMap<_, _> = responses
        .map(|response| {
            let path = response.response_page_path().filter(|path| !path.is_empty());
            let seconds = response.error_caching_min_ttl().and_then(|seconds| u32::try_from(seconds).ok());
            let response_model = ErrorResponse {
                response_code: response.response_code().and_then(|code| code.parse().ok()).into(),
                page_path: path.map(str::to_owned).into(),
                caching_min_ttl_seconds: seconds.into(),
            };
            (response.error_code().to_string(), response_model)
        })
        .collect();
    (!responses.is_empty()).then_some(responses).into()
}

fn geo(wire: &WireGeo) -> Option<GeoRestriction> {
    let kind = wire.restriction_type().as_str().parse().ok()?;
    Some(GeoRestriction::new(Value::Known(kind), Value::Known(wire.items().iter().cloned().collect())))
}

/// How far a change of a distribution is on its way to everywhere.
pub(super) fn seen(distribution: Option<Distribution>) -> Seen<Distribution> {
    match distribution {
        None => Seen::Missing,
        Some(distribution) if distribution.status() == "Deployed" => Seen::Reached(distribution),
        Some(distribution) => Seen::Pending(distribution.status().to_owned()),
    }
}

//! How a distribution is configured, on the wire. Pure.

use std::collections::BTreeSet;

use aws_sdk_cloudfront::types::{
    Aliases, CacheBehaviors, CustomErrorResponse, CustomErrorResponses, DistributionConfig,
    GeoRestriction as WireGeo, GeoRestrictionType as WireGeoType, LoggingConfig, MinimumProtocolVersion,
    Origin as WireOrigin, Origins, Restrictions, SslSupportMethod, ViewerCertificate,
};
use sparki_aws::Nonce;
use sparki_core::Value;

use super::origin::length;
use super::signing::Control;
use super::{Behavior, CloudfrontDistributionModel, HttpVersion, PriceClass, origin_group};

/// The configuration of a new distribution. The reference is what keeps CloudFront from making it twice.
pub(super) fn create(distribution: &CloudfrontDistributionModel, attempt: &Nonce) -> DistributionConfig {
    let blank = Behavior::blank();
    let bare = DistributionConfig::builder()
        .caller_reference(attempt.as_str())
        .origins(origins(distribution, &[]))
        .default_cache_behavior(distribution.default_behavior.known().unwrap_or(&blank).wire(None))
        .comment("")
        .enabled(true)
        .build()
        .expect("what has to be there is set");
    update(bare, distribution)
}

/// The configuration of a distribution, changed to what is wanted. What nobody here knows of stays.
pub(super) fn update(
    there: DistributionConfig,
    distribution: &CloudfrontDistributionModel,
) -> DistributionConfig {
    let text = |value: &Value<String>| value.known().cloned().unwrap_or_default();
    let blank = Behavior::blank();
    let known = there.cache_behaviors().map(CacheBehaviors::items).unwrap_or_default();
    let behaviors = distribution.ordered_behaviors.known().into_iter().flatten();
    let behaviors: Vec<_> = behaviors.map(|it| it.wire(known)).collect();
    let behaviors = CacheBehaviors::builder()
        .quantity(length(behaviors.len()))
        .set_items((!behaviors.is_empty()).then_some(behaviors));
    let aliases: Vec<_> = distribution.aliases.known().into_iter().flatten().cloned().collect();
    let aliases = Aliases::builder()
        .quantity(length(aliases.len()))
        .set_items((!aliases.is_empty()).then_some(aliases));
    let price = distribution.price_class.known().copied().unwrap_or(PriceClass::All);
    let version = distribution.http_version.known().copied().unwrap_or(HttpVersion::Http2And3);
    let default = distribution.default_behavior.known().unwrap_or(&blank);
    let default = default.wire(there.default_cache_behavior());
    let origins = origins(distribution, there.origins().map(Origins::items).unwrap_or_default());
    let groups = origin_group::wire(&distribution.origin_groups, there.origin_groups());
    let mut config = there;
    config.origins = Some(origins);
    config.origin_groups = Some(groups);
    config.default_cache_behavior = Some(default);
    config.cache_behaviors = Some(behaviors.build().expect("the quantity is set"));
    config.aliases = Some(aliases.build().expect("the quantity is set"));
    config.viewer_certificate = Some(certificate(distribution));
    config.default_root_object = Some(text(&distribution.default_root_object));
    config.custom_error_responses = Some(errors(distribution));
    config.comment = text(&distribution.comment);
    config.logging = Some(logging(distribution));
    config.price_class = Some(price.as_str().into());
    config.enabled = distribution.enabled.known().copied().unwrap_or(true);
    config.restrictions = Some(restrictions(distribution));
    config.web_acl_id = Some(text(&distribution.web_acl_arn));
    config.http_version = Some(version.as_str().into());
    config.is_ipv6_enabled = Some(distribution.ipv6.known().copied().unwrap_or(true));
    config
}

/// The configuration of a distribution that serves nobody, and does not use these controls of its own any more.
pub(super) fn disabled(mut there: DistributionConfig, own: &[Control]) -> DistributionConfig {
    there.enabled = false;
    for origin in there.origins.iter_mut().flat_map(|origins| &mut origins.items) {
        if own.iter().any(|control| origin.origin_access_control_id() == Some(&control.id)) {
            origin.origin_access_control_id = Some(String::new());
        }
    }
    there
}

/// The origins on the wire. `there` are those that they take the place of.
fn origins(distribution: &CloudfrontDistributionModel, there: &[WireOrigin]) -> Origins {
    let there = |id: &str| there.iter().find(|it| it.id() == id);
    let origins = distribution.origins.known().into_iter().flatten();
    let origins: Vec<_> = origins.map(|(id, origin)| origin.wire(id, there(id))).collect();
    let origins = Origins::builder().quantity(length(origins.len())).set_items(Some(origins));
    origins.build().expect("the origins are set")
}

fn certificate(distribution: &CloudfrontDistributionModel) -> ViewerCertificate {
    let Some(arn) = distribution.certificate_arn.known() else {
        return ViewerCertificate::builder().cloud_front_default_certificate(true).build();
    };
    let version = distribution.minimum_tls_version.known().map_or("TLSv1.2_2021", String::as_str);
    ViewerCertificate::builder()
        .cloud_front_default_certificate(false)
        .acm_certificate_arn(arn)
        .ssl_support_method(SslSupportMethod::SniOnly)
        .minimum_protocol_version(MinimumProtocolVersion::from(version))
        .build()
}

fn errors(distribution: &CloudfrontDistributionModel) -> CustomErrorResponses {
    let responses = distribution.error_responses.known().into_iter().flatten();
    let responses: Vec<_> = responses
        .filter_map(|(code, response)| {
            let seconds = response.caching_min_ttl_seconds.known().copied().unwrap_or(10);
            let response = CustomErrorResponse::builder()
                .error_code(code.parse().ok()?)
                // Nothing instead is told by empty texts.
                .response_code(response.response_code.known().map(u16::to_string).unwrap_or_default())
                .response_page_path(response.page_path.known().cloned().unwrap_or_default())
                .error_caching_min_ttl(seconds.into());
            Some(response.build().expect("the code is set"))
        })
        .collect();
    CustomErrorResponses::builder()
        .quantity(length(responses.len()))
        .set_items((!responses.is_empty()).then_some(responses))
        .build()
        .expect("the quantity is set")
}

fn logging(distribution: &CloudfrontDistributionModel) -> LoggingConfig {
    let logging = distribution.logging.known();
    let text = |value: Option<&Value<String>>| value.and_then(Value::known).cloned().unwrap_or_default();
    let cookies = logging.and_then(|logging| logging.include_cookies.known()).copied().unwrap_or(false);
    LoggingConfig::builder()
        .enabled(logging.is_some())
        .include_cookies(cookies)
        .bucket(text(logging.map(|logging| &logging.bucket)))
        .prefix(text(logging.map(|logging| &logging.prefix)))
        .build()
}

fn restrictions(distribution: &CloudfrontDistributionModel) -> Restrictions {
    let geo = distribution.geo_restriction.known();
    let kind = geo.and_then(|geo| geo.r#type.known()).map(|kind| WireGeoType::from(kind.as_str()));
    let places = geo.and_then(|geo| geo.locations.known()).cloned().unwrap_or_else(BTreeSet::new);
    let geo = WireGeo::builder()
        .restriction_type(kind.unwrap_or(WireGeoType::None))
        .quantity(length(places.len()))
        .set_items((!places.is_empty()).then(|| places.into_iter().collect()));
    Restrictions::builder().geo_restriction(geo.build().expect("type and quantity are set")).build()
}

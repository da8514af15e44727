//! The definition of `sparki_cloudfront_distribution`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{Dynamic, Id, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{Behavior, CloudfrontDistribution, OrderedBehavior, Origin, OriginGroup};
use crate::operation::key_is_free;

/// A distribution of CloudFront: what viewers everywhere get from your origins, and how it is cached on the way.
///
/// CloudFront is one service for all regions, so a distribution has none. Everything can be changed in place; a change is
/// everywhere after some minutes, for which an apply waits unless `wait_for_deployment` is false. To remove a distribution,
/// it is disabled first, and removed once that is everywhere.
///
/// With `request_signing`, the distribution has an origin access control of its own, which comes and goes with it. The policy of
/// the bucket has to let in `cloudfront.amazonaws.com` where `AWS:SourceArn` is the ARN of the distribution.
///
/// What something else has set up that has no attribute here stays when an origin of the same name, or a behavior for the same
/// paths, is changed: trusted key groups and signers, functions of Lambda, encryption of fields, logs in real time, origin
/// access identities and origins in a VPC.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct CloudfrontDistributionModel {
    /// CloudFront's id of the distribution: `EDFDVBD6EXAMPLE`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<CloudfrontDistribution>>,
    /// Whether viewers are served.
    #[attr(optional, default = true)]
    pub enabled: Value<bool>,
    /// What the distribution is for, up to 128 characters.
    #[attr(optional, default = "", validate(len(..=128)))]
    pub comment: Value<String>,
    /// Host names under which viewers ask, besides CloudFront's own, such as `www.example.com`. They need a certificate.
    #[attr(
        optional,
        validate(len(1..=100), each(pattern("^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "be a host name in small letters")))
    )]
    pub aliases: Value<BTreeSet<String>>,
    /// ARN of the certificate of those names, in ACM in `us-east-1`, wherever else your things are.
    #[attr(
        optional,
        validate(pattern(
            "^arn:[^:]+:acm:us-east-1:",
            "be the ARN of a certificate in us-east-1, from where CloudFront takes them"
        ))
    )]
    pub certificate_arn: Value<String>,
    /// Name of CloudFront's policy that says which versions of TLS and which ciphers are spoken with viewers. It counts only
    /// with a certificate.
    #[attr(
        optional,
        default = "TLSv1.2_2021",
        validate(pattern("^TLSv1", "be a policy such as TLSv1.2_2021"))
    )]
    pub minimum_tls_version: Value<String>,
    /// Where content comes from, by names of your own.
    #[attr(required, validate(len(1..=100), keys(len(1..=128))))]
    pub origins: Value<BTreeMap<String, Origin>>,
    /// Pairs of origins, by names of your own, of which the second is asked where the first one fails. Behaviors name a pair as
    /// they name an origin.
    #[attr(optional, validate(len(1..), keys(len(1..=128))))]
    pub origin_groups: Value<BTreeMap<String, OriginGroup>>,
    /// How requests are treated that no other behavior is for.
    #[attr(required)]
    pub default_behavior: Value<Behavior>,
    /// How requests for certain paths are treated. The first whose path fits counts.
    #[attr(optional, validate(len(1..=75)))]
    pub ordered_behaviors: Value<Vec<OrderedBehavior>>,
    /// What is sent to viewers who ask for no path, such as `index.html`.
    #[attr(optional, validate(len(1..=255), pattern("^[^/]", "not begin with a slash")))]
    pub default_root_object: Value<String>,
    /// What is sent instead of an error of the origin, by status: `404`.
    #[attr(optional, validate(len(1..), keys(one_of("400", "403", "404", "405", "414", "416", "500", "501", "502", "503", "504"))))]
    pub error_responses: Value<BTreeMap<String, ErrorResponse>>,
    /// Which of CloudFront's places are used: `PriceClass_All`, `PriceClass_200` or `PriceClass_100`, the cheapest.
    #[attr(optional, default = PriceClass::All)]
    pub price_class: Value<PriceClass>,
    /// Highest version of HTTP that viewers may speak: `http1.1`, `http2`, `http3` or `http2and3`.
    #[attr(optional, default = HttpVersion::Http2And3)]
    pub http_version: Value<HttpVersion>,
    /// Whether viewers may come by IPv6.
    #[attr(optional, default = true)]
    pub ipv6: Value<bool>,
    /// Where a log of all requests goes. There is none if it is not set.
    #[attr(optional)]
    pub logging: Value<Logging>,
    /// ARN of the web ACL of WAF that requests have to pass, one for CloudFront.
    #[attr(
        optional,
        validate(pattern(
            "^arn:[^:]+:wafv2:us-east-1:[0-9]{12}:global/webacl/",
            "be the ARN of a web ACL for CloudFront, which are in us-east-1"
        ))
    )]
    pub web_acl_arn: Value<String>,
    /// Countries whose viewers are served, or are not. All are if it is not set.
    #[attr(optional)]
    pub geo_restriction: Value<GeoRestriction>,
    /// Whether an apply waits until what it changed is everywhere. A removal always does.
    #[attr(optional, local, default = true)]
    pub wait_for_deployment: Value<bool>,
    /// Whether a removal only disables the distribution and leaves it in the account, with all that belongs to it.
    #[attr(optional, local, default = false)]
    pub retain_on_delete: Value<bool>,
    /// Whether the distribution is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the distribution, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the distribution: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the distribution.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// CloudFront's own host name of the distribution.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub domain_name: Value<String>,
    /// Id of the hosted zone of that name, for alias records.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub hosted_zone_id: Value<String>,
    /// `Deployed` if the last change is everywhere, else `InProgress`.
    #[attr(computed, refine(not_null))]
    pub status: Value<String>,
    /// How long operations may take. By default 45 minutes to make and to change the distribution, and 90 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// What is sent instead of an error.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(required_together(response_code, page_path))]
pub struct ErrorResponse {
    /// Status that viewers get instead.
    #[attr(optional, validate(range(200..=599)))]
    pub response_code: Value<u16>,
    /// Path of the page that viewers get instead.
    #[attr(optional, validate(pattern("^/", "begin with a slash")))]
    pub page_path: Value<String>,
    /// Seconds for which the error is remembered before the origin is asked again.
    #[attr(optional, default = 10, validate(range(0..=31_536_000)))]
    pub caching_min_ttl_seconds: Value<u32>,
}

/// Where a log of all requests goes.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Logging {
    /// Host name of the bucket: `acme-logs.s3.amazonaws.com`. It has to allow access control lists.
    #[attr(required, validate(custom(check_bucket)))]
    pub bucket: Value<String>,
    /// What the keys of the log's objects begin with.
    #[attr(optional, default = "", validate(len(..=256)))]
    pub prefix: Value<String>,
    /// Whether cookies are in it.
    #[attr(optional, default = false)]
    pub include_cookies: Value<bool>,
}

/// Countries whose viewers are served, or are not.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct GeoRestriction {
    /// `whitelist` to serve only these, `blacklist` to serve all others.
    #[attr(required)]
    pub r#type: Value<GeoRestrictionType>,
    /// Countries, by the two capital letters of ISO 3166-1: `CH`.
    #[attr(required, validate(len(1..), each(pattern("^[A-Z]{2}$", "be a country in two capital letters"))))]
    pub locations: Value<BTreeSet<String>>,
}

/// Whether listed countries are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum GeoRestrictionType {
    /// Only they are.
    Whitelist,
    /// They are not.
    Blacklist,
}

/// Which of CloudFront's places are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum PriceClass {
    /// The cheapest: North America, Europe and Israel.
    #[choice("PriceClass_100")]
    Hundred,
    /// All but the dearest.
    #[choice("PriceClass_200")]
    TwoHundred,
    /// All of them.
    #[choice("PriceClass_All")]
    All,
}

/// Highest version of HTTP that viewers may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum HttpVersion {
    /// HTTP/1.1.
    #[choice("http1.1")]
    Http11,
    /// HTTP/2.
    #[choice("http2")]
    Http2,
    /// HTTP/3, and not HTTP/2.
    #[choice("http3")]
    Http3,
    /// HTTP/2 and HTTP/3.
    #[choice("http2and3")]
    Http2And3,
}

/// CloudFront wants the host name of a bucket, not its name.
fn check_bucket(bucket: &Dynamic) -> Result<(), String> {
    match bucket.as_str() {
        Some(bucket) if !bucket.contains(".s3") => {
            Err("must be the host name of a bucket, such as acme-logs.s3.amazonaws.com".into())
        }
        Some(_) | None => Ok(()),
    }
}

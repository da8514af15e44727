use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_cloudfront::primitives::DateTime;
use aws_sdk_cloudfront::types::{
    Distribution, DistributionConfig, S3OriginConfig, TrustedKeyGroups, VpcOriginConfig,
};
use sparki_aws::{Nonce, Seen, Tags};
use sparki_core::{Config, Id, Plan, State, Value};

use super::{
    Behavior, CloudfrontDistribution, CloudfrontDistributionModel, CustomOrigin, ErrorResponse,
    GeoRestriction, GeoRestrictionType, HttpMethod, HttpVersion, Logging, OrderedBehavior, Origin,
    OriginGroup, OriginProtocolPolicy, PriceClass, RequestSigning, ViewerProtocolPolicy, answer, config,
};

const ARN: &str = "arn:aws:cloudfront::123456789012:distribution/E1";
const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/1";

fn methods<const N: usize>(methods: [HttpMethod; N]) -> BTreeSet<HttpMethod> {
    methods.into()
}

fn read_methods() -> BTreeSet<HttpMethod> {
    methods([HttpMethod::Get, HttpMethod::Head])
}

/// A behavior as generic planning leaves it.
fn behavior(origin: &str) -> Behavior {
    Behavior::new(origin)
        .viewer_protocol_policy(ViewerProtocolPolicy::RedirectToHttps)
        .allowed_methods(read_methods())
        .cached_methods(read_methods())
        .compress(true)
        .cache_policy_id("658327ea-f89d-4fab-a63d-7e88639e58f6")
}

fn bucket() -> Origin {
    Origin::new("pages.s3.us-east-1.amazonaws.com").connection_attempts(3).connection_timeout_seconds(10)
}

fn custom() -> Origin {
    let custom = CustomOrigin::new()
        .http_port(80)
        .https_port(443)
        .protocol_policy(OriginProtocolPolicy::HttpsOnly)
        .ssl_protocols(BTreeSet::from(["TLSv1.2".to_owned()]))
        .read_timeout_seconds(30)
        .keepalive_timeout_seconds(5);
    Origin::new("api.example.com").custom(custom).connection_attempts(2).connection_timeout_seconds(5)
}

fn origins<const N: usize>(origins: [(&str, Origin); N]) -> BTreeMap<String, Origin> {
    origins.map(|(name, origin)| (name.to_owned(), origin)).into()
}

fn groups<const N: usize>(groups: [(&str, OriginGroup); N]) -> BTreeMap<String, OriginGroup> {
    groups.map(|(name, group)| (name.to_owned(), group)).into()
}

fn codes<const N: usize>(codes: [u16; N]) -> BTreeSet<u16> {
    codes.into()
}

/// A distribution as generic planning leaves it: every default filled in.
fn distribution() -> CloudfrontDistributionModel {
    CloudfrontDistributionModel::new(origins([("pages", bucket())]), behavior("pages"))
        .enabled(true)
        .comment("")
        .minimum_tls_version("TLSv1.2_2021")
        .price_class(PriceClass::All)
        .http_version(HttpVersion::Http2And3)
        .ipv6(true)
        .wait_for_deployment(true)
        .retain_on_delete(false)
}

/// The same with everything set.
fn full() -> CloudfrontDistributionModel {
    let api = behavior("api")
        .allowed_methods(HttpMethod::ALL.iter().copied().collect::<BTreeSet<_>>())
        .compress(false)
        .origin_request_policy_id("216adef6-5c7f-47e4-b989-5492eafa07d3")
        .response_headers_policy_id("67f7725c-6f97-4210-82d7-5512b31e9d03")
        .functions(BTreeMap::from([(
            "viewer-request".to_owned(),
            "arn:aws:cloudfront::123456789012:function/sign".to_owned(),
        )]));
    let guarded = custom()
        .path("/v1")
        .shield_region("us-east-1")
        .headers(BTreeMap::from([("x-from".to_owned(), "cdn".to_owned())]));
    let page =
        ErrorResponse::new().response_code(200_u16).page_path("/index.html").caching_min_ttl_seconds(5);
    CloudfrontDistributionModel {
        origins: origins([("pages", bucket().origin_access_control_id("E2")), ("api", guarded)]).into(),
        ..distribution()
    }
    .enabled(false)
    .origin_groups(groups([("both", OriginGroup::new("pages", "api").status_codes(codes([500, 502])))]))
    .comment("shop")
    .aliases(BTreeSet::from(["www.example.com".to_owned()]))
    .certificate_arn(CERTIFICATE)
    .minimum_tls_version("TLSv1.2_2019")
    .ordered_behaviors(vec![OrderedBehavior::new("/api/*", api)])
    .default_root_object("index.html")
    .error_responses(BTreeMap::from([
        ("404".to_owned(), page),
        ("500".to_owned(), ErrorResponse::new().caching_min_ttl_seconds(0)),
    ]))
    .price_class(PriceClass::Hundred)
    .http_version(HttpVersion::Http2)
    .ipv6(false)
    .logging(Logging::new("logs.s3.amazonaws.com").prefix("cdn/").include_cookies(true))
    .web_acl_arn("arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1")
    .geo_restriction(GeoRestriction::new(
        GeoRestrictionType::Whitelist,
        BTreeSet::from(["CH".to_owned(), "DE".to_owned()]),
    ))
}

fn made(wanted: &CloudfrontDistributionModel, status: &str) -> Distribution {
    Distribution::builder()
        .id("E1")
        .arn(ARN)
        .status(status)
        .last_modified_time(DateTime::from_secs(0))
        .in_progress_invalidation_batches(0)
        .domain_name("d1.cloudfront.net")
        .distribution_config(config::create(wanted, &Nonce::new("n-1")))
        .build()
        .unwrap()
}

fn check_read(wanted: &CloudfrontDistributionModel) {
    let defaults = BTreeMap::new();
    let read = answer::model(&made(wanted, "Deployed"), &HashMap::new(), Tags::new(&defaults), wanted);
    let expected = CloudfrontDistributionModel {
        id: Value::Known(Id::new("E1")),
        arn: ARN.into(),
        domain_name: "d1.cloudfront.net".into(),
        hosted_zone_id: "Z2FDTNDATAQYW2".into(),
        status: "Deployed".into(),
        tags_all: BTreeMap::new().into(),
        ..wanted.clone()
    };
    assert_eq!(read, expected);
}

#[test]
fn a_distribution_reads_as_it_was_made() {
    check_read(&distribution());
    check_read(&full());
}

#[test]
fn an_update_keeps_what_nobody_here_knows_of() {
    let mut there = config::create(&distribution(), &Nonce::new("n-1"));
    there.continuous_deployment_policy_id = Some("policy".into());
    let changed = config::update(there.clone(), &full());
    assert_eq!(changed.caller_reference(), "n-1");
    assert_eq!(changed.continuous_deployment_policy_id(), Some("policy"));
    assert_eq!(config::update(changed, &distribution()), there);
}

#[test]
fn an_update_keeps_what_origins_and_behaviors_have_besides() {
    let mut there = config::create(&full(), &Nonce::new("n-1"));
    let groups = TrustedKeyGroups::builder().enabled(true).quantity(1).items("group").build().unwrap();
    let default = there.default_cache_behavior.as_mut().unwrap();
    default.trusted_key_groups = Some(groups.clone());
    default.field_level_encryption_id = Some("fields".into());
    let ordered = there.cache_behaviors.as_mut().unwrap().items.as_mut().unwrap();
    ordered[0].realtime_log_config_arn = Some("arn:log".into());
    for origin in &mut there.origins.as_mut().unwrap().items {
        if origin.id == "pages" {
            origin.origin_access_control_id = Some(String::new());
            let identity = S3OriginConfig::builder().origin_access_identity("origin-access-identity/1");
            origin.s3_origin_config = Some(identity.build());
        }
    }
    let origins = origins([("pages", bucket()), ("api", custom())]);
    let wanted = CloudfrontDistributionModel { origins: origins.into(), ..full() };
    let changed = config::update(there, &wanted.price_class(PriceClass::All));
    let default = changed.default_cache_behavior().unwrap();
    assert_eq!(default.trusted_key_groups(), Some(&groups));
    assert_eq!(default.field_level_encryption_id(), Some("fields"));
    let ordered = &changed.cache_behaviors().unwrap().items()[0];
    assert_eq!(ordered.realtime_log_config_arn(), Some("arn:log"));
    let identity = |config: &DistributionConfig| {
        let pages = config.origins().unwrap().items().iter().find(|it| it.id() == "pages").unwrap();
        pages.s3_origin_config().unwrap().origin_access_identity().to_owned()
    };
    assert_eq!(identity(&changed), "origin-access-identity/1");
    // An origin access control takes its place.
    assert_eq!(identity(&config::update(changed, &full())), "");
}

#[test]
fn an_origin_in_a_vpc_stays_there_as_long_as_its_host_name_does() {
    let mut there = config::create(&distribution(), &Nonce::new("n-1"));
    let origin = &mut there.origins.as_mut().unwrap().items[0];
    origin.s3_origin_config = None;
    origin.vpc_origin_config = Some(VpcOriginConfig::builder().vpc_origin_id("vo_1").build().unwrap());
    let check = |origin: Origin| {
        let wanted =
            CloudfrontDistributionModel { origins: origins([("pages", origin)]).into(), ..distribution() };
        let changed = config::update(there.clone(), &wanted);
        let origin = &changed.origins().unwrap().items()[0];
        (origin.vpc_origin_config().is_some(), origin.s3_origin_config().is_some())
    };
    assert_eq!(check(bucket().path("/v2")), (true, false));
    let elsewhere = Origin { domain_name: "other.s3.us-east-1.amazonaws.com".into(), ..bucket() };
    assert_eq!(check(elsewhere), (false, true));
}

#[test]
fn the_reference_of_the_caller_is_the_mark_of_the_attempt() {
    assert_eq!(config::create(&distribution(), &Nonce::new("n-1")).caller_reference(), "n-1");
}

#[test]
fn what_was_changed_is_waited_for() {
    let seen = |status| answer::seen(Some(made(&distribution(), status)));
    assert_eq!(seen("InProgress"), Seen::Pending("InProgress".into()));
    assert!(matches!(seen("Deployed"), Seen::Reached(_)));
    assert_eq!(answer::seen(None), Seen::Missing);
}

fn check_validate(config: CloudfrontDistributionModel) -> String {
    CloudfrontDistribution::validate(&Config::new(config)).to_string()
}

#[test]
fn names_of_ones_own_need_a_certificate() {
    assert_eq!(check_validate(full()), "");
    let found = check_validate(CloudfrontDistributionModel { certificate_arn: Value::Null, ..full() });
    assert!(found.starts_with("error: Names without a certificate\n  at aliases\n"), "{found}");
    let later = CloudfrontDistributionModel { certificate_arn: Value::unknown(), ..full() };
    assert_eq!(check_validate(later), "");
}

#[test]
fn a_certificate_elsewhere_is_refused() {
    use sparki_core::{Model, Path};
    let check = |arn: &str| {
        let found = sparki_plan::validate(
            &CloudfrontDistributionModel::schema(),
            &full().certificate_arn(arn).encode(),
        );
        found.iter().filter(|one| one.path == Some(Path::attribute("certificate_arn"))).count()
    };
    assert_eq!(check(CERTIFICATE), 0);
    assert_eq!(check("arn:aws:acm:eu-west-1:123456789012:certificate/1"), 1);
}

#[test]
fn a_behavior_asks_an_origin_that_there_is() {
    let found =
        check_validate(distribution().ordered_behaviors(vec![OrderedBehavior::new("/a/*", behavior("api"))]));
    assert!(
        found.starts_with("error: Unknown origin\n  at ordered_behaviors[0].behavior.origin\n"),
        "{found}"
    );
}

#[test]
fn methods_come_in_the_sets_that_cloudfront_takes() {
    let check = |allowed: BTreeSet<HttpMethod>, cached: BTreeSet<HttpMethod>| {
        let behavior = behavior("pages").allowed_methods(allowed).cached_methods(cached);
        let found = check_validate(CloudfrontDistributionModel {
            default_behavior: behavior.into(),
            ..distribution()
        });
        found.lines().next().unwrap_or_default().to_owned()
    };
    let asked = || methods([HttpMethod::Get, HttpMethod::Head, HttpMethod::Options]);
    let all = || HttpMethod::ALL.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(check(asked(), asked()), "");
    assert_eq!(check(all(), asked()), "");
    let together = "error: Methods that CloudFront does not take together";
    assert_eq!(
        check(methods([HttpMethod::Get, HttpMethod::Head, HttpMethod::Post]), read_methods()),
        together
    );
    let cache = "error: Methods that CloudFront does not cache";
    assert_eq!(check(read_methods(), asked()), cache);
    assert_eq!(check(all(), all()), cache);
}

#[test]
fn a_group_keeps_how_its_origins_are_chosen() {
    let mut there = config::create(&full(), &Nonce::new("n-1"));
    let group = &mut there.origin_groups.as_mut().unwrap().items.as_mut().unwrap()[0];
    let chosen = aws_sdk_cloudfront::types::OriginGroupSelectionCriteria::MediaQualityBased;
    group.selection_criteria = Some(chosen.clone());
    let wanted = full().origin_groups(groups([("both", OriginGroup::new("api", "pages"))]));
    let changed = config::update(there, &wanted);
    let group = &changed.origin_groups().unwrap().items()[0];
    assert_eq!(group.selection_criteria(), Some(&chosen));
    assert_eq!(group.members().unwrap().items()[0].origin_id(), "api");
    assert_eq!(config::update(changed, &distribution()).origin_groups().unwrap().quantity(), 0);
}

#[test]
fn a_group_has_two_origins_that_there_are_and_a_name_of_its_own() {
    let check = |groups: BTreeMap<String, OriginGroup>| {
        let found = check_validate(full().origin_groups(groups));
        found.lines().take(2).collect::<Vec<_>>().join("\n")
    };
    let group = OriginGroup::new;
    assert_eq!(check(groups([("both", group("pages", "api"))])), "");
    let unknown = "error: Unknown origin\n  at origin_groups[\"both\"].secondary";
    assert_eq!(check(groups([("both", group("pages", "other"))])), unknown);
    let same = "error: Origin that stands in for itself\n  at origin_groups[\"both\"].secondary";
    assert_eq!(check(groups([("both", group("api", "api"))])), same);
    let named = "error: Name of an origin and of a group\n  at origin_groups[\"pages\"]";
    assert_eq!(check(groups([("pages", group("pages", "api"))])), named);
    let later = OriginGroup { secondary: Value::unknown(), ..group("pages", "api") };
    assert_eq!(check(groups([("both", later)])), "");
}

#[test]
fn only_requests_to_buckets_are_signed() {
    let check = |origin: Origin| {
        let signed = origin.request_signing(RequestSigning::Always);
        check_validate(CloudfrontDistributionModel {
            origins: origins([("pages", signed)]).into(),
            ..distribution()
        })
    };
    assert_eq!(check(bucket()), "");
    let told = check(custom());
    let expected = "error: Signed requests to what is no bucket\n  at origins[\"pages\"].request_signing\n";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn a_behavior_may_ask_a_group_for_what_reads() {
    let check = |allowed: BTreeSet<HttpMethod>| {
        let behavior = behavior("both").allowed_methods(allowed);
        check_validate(full().ordered_behaviors(vec![OrderedBehavior::new("/a/*", behavior)]))
    };
    assert_eq!(check(read_methods()), "");
    let found = check(HttpMethod::ALL.iter().copied().collect());
    let told = "error: Methods that a group of origins does not take\n  at ordered_behaviors[0].behavior.allowed_methods";
    assert!(found.starts_with(told), "{found}");
}

#[test]
fn a_group_takes_only_statuses_for_which_cloudfront_asks_another_origin() {
    use sparki_core::Model;
    let check = |code: u16| {
        let group = OriginGroup::new("pages", "api").status_codes(codes([code]));
        let config = full().origin_groups(groups([("both", group)])).encode();
        sparki_plan::validate(&CloudfrontDistributionModel::schema(), &config).to_string()
    };
    assert!(!check(429).contains("status_codes"), "{}", check(429));
    assert!(check(401).contains("must be 400, 403, 404, 416, 429, 500, 502, 503 or 504"), "{}", check(401));
}

#[test]
fn a_distribution_that_is_retained_is_not_removed_in_silence() {
    let check = |distribution| CloudfrontDistribution::plan_destroy(&State::new(distribution)).to_string();
    assert_eq!(check(distribution()), "");
    let told = check(distribution().retain_on_delete(true));
    assert!(
        told.starts_with("warning: Distribution stays in the account\n  at retain_on_delete\n"),
        "{told}"
    );
}

//! How requests are treated.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudfront::types::{
    AllowedMethods, CacheBehavior, CachedMethods, DefaultCacheBehavior, EventType, FunctionAssociation,
    FunctionAssociations, LambdaFunctionAssociations, Method, TrustedKeyGroups, TrustedSigners,
};
use sparki_core::Value;
use sparki_derive::{Choice, Model};

use super::origin::length;

/// AWS's policy that caches as much as can be: `Managed-CachingOptimized`.
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/// How requests are treated.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Behavior {
    /// Name of the origin that is asked.
    #[attr(required, validate(len(1..=128)))]
    pub origin: Value<String>,
    /// What becomes of requests without TLS: `redirect-to-https`, `https-only` to refuse them, or `allow-all`.
    #[attr(optional, default = ViewerProtocolPolicy::RedirectToHttps)]
    pub viewer_protocol_policy: Value<ViewerProtocolPolicy>,
    /// Methods that reach the origin: `GET` and `HEAD`; these and `OPTIONS`; or all seven.
    #[attr(optional, default = BTreeSet::from([HttpMethod::Get, HttpMethod::Head]))]
    pub allowed_methods: Value<BTreeSet<HttpMethod>>,
    /// Methods whose answers are cached: `GET` and `HEAD`, or these and `OPTIONS`.
    #[attr(optional, default = BTreeSet::from([HttpMethod::Get, HttpMethod::Head]))]
    pub cached_methods: Value<BTreeSet<HttpMethod>>,
    /// Whether answers are compressed for viewers who ask for it.
    #[attr(optional, default = true)]
    pub compress: Value<bool>,
    /// Id of the cache policy: what answers depend on, and how long they are kept. AWS's `Managed-CachingOptimized` if it is
    /// not set.
    #[attr(optional, default = CACHING_OPTIMIZED.to_owned(), validate(len(1..)))]
    pub cache_policy_id: Value<String>,
    /// Id of the origin request policy: what of a request reaches the origin besides what the cache depends on.
    #[attr(optional, validate(len(1..)))]
    pub origin_request_policy_id: Value<String>,
    /// Id of the response headers policy: which headers viewers get.
    #[attr(optional, validate(len(1..)))]
    pub response_headers_policy_id: Value<String>,
    /// ARNs of CloudFront Functions, by when they run: `viewer-request` and `viewer-response`.
    #[attr(
        optional,
        validate(
            len(1..),
            keys(one_of("viewer-request", "viewer-response")),
            each(pattern("^arn:[^:]+:cloudfront::[0-9]{12}:function/", "be the ARN of a CloudFront function"))
        )
    )]
    pub functions: Value<BTreeMap<String, String>>,
}

/// How requests for certain paths are treated.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct OrderedBehavior {
    /// Paths, such as `/api/*`.
    #[attr(required, validate(len(1..=255)))]
    pub path_pattern: Value<String>,
    /// How requests for them are treated.
    #[attr(required)]
    pub behavior: Value<Behavior>,
}

/// What becomes of requests without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum ViewerProtocolPolicy {
    /// They are told to come with TLS.
    #[choice("redirect-to-https")]
    RedirectToHttps,
    /// They are refused.
    #[choice("https-only")]
    HttpsOnly,
    /// They are served.
    #[choice("allow-all")]
    AllowAll,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum HttpMethod {
    /// Reads.
    #[choice("GET")]
    Get,
    /// Reads headers.
    #[choice("HEAD")]
    Head,
    /// Asks what is possible.
    #[choice("OPTIONS")]
    Options,
    /// Replaces.
    #[choice("PUT")]
    Put,
    /// Changes.
    #[choice("PATCH")]
    Patch,
    /// Sends.
    #[choice("POST")]
    Post,
    /// Removes.
    #[choice("DELETE")]
    Delete,
}

/// Sets the parts that both kinds of behaviors have. CloudFront wants all of them in every update.
macro_rules! set_parts {
    ($builder:expr, $behavior:expr) => {{
        let behavior: &Behavior = $behavior;
        let text = |value: &Value<String>| value.known().cloned();
        $builder
            .target_origin_id(text(&behavior.origin).unwrap_or_default())
            .viewer_protocol_policy(behavior.policy().as_str().into())
            .allowed_methods(behavior.methods())
            .compress(behavior.compress.known().copied().unwrap_or(true))
            .cache_policy_id(text(&behavior.cache_policy_id).unwrap_or_else(|| CACHING_OPTIMIZED.into()))
            .set_origin_request_policy_id(text(&behavior.origin_request_policy_id))
            .set_response_headers_policy_id(text(&behavior.response_headers_policy_id))
            .function_associations(behavior.associations())
            .lambda_function_associations(no_lambdas())
            .trusted_signers(no_signers())
            .trusted_key_groups(no_key_groups())
            .smooth_streaming(false)
            .field_level_encryption_id("")
            .build()
            .expect("origin and policy are set")
    }};
}

/// Leaves what nobody here knows of as it is: signed addresses, functions of Lambda, encryption of fields, logs in real time and
/// gRPC. What a cache policy takes the place of goes.
macro_rules! keep_parts {
    ($wanted:expr, $there:expr) => {{
        let mut wanted = $wanted;
        if let Some(there) = $there {
            wanted.trusted_signers = there.trusted_signers.clone().or(wanted.trusted_signers);
            wanted.trusted_key_groups = there.trusted_key_groups.clone().or(wanted.trusted_key_groups);
            wanted.lambda_function_associations =
                there.lambda_function_associations.clone().or(wanted.lambda_function_associations);
            wanted.smooth_streaming = there.smooth_streaming.or(wanted.smooth_streaming);
            wanted.field_level_encryption_id =
                there.field_level_encryption_id.clone().or(wanted.field_level_encryption_id);
            wanted.realtime_log_config_arn = there.realtime_log_config_arn.clone();
            wanted.grpc_config = there.grpc_config.clone();
        }
        wanted
    }};
}

/// Reads the parts that both kinds of behaviors have.
macro_rules! read_parts {
    ($wire:expr) => {{
        let wire = $wire;
        let text = |text: Option<&str>| Value::from(text.filter(|it| !it.is_empty()).map(str::to_owned));
        let methods = wire.allowed_methods();
        let cached = methods.and_then(AllowedMethods::cached_methods).map(CachedMethods::items);
        Behavior {
            origin: wire.target_origin_id().into(),
            viewer_protocol_policy: wire.viewer_protocol_policy().as_str().parse().ok().into(),
            allowed_methods: set_of(methods.map(AllowedMethods::items).unwrap_or_default()).into(),
            cached_methods: set_of(cached.unwrap_or_default()).into(),
            compress: wire.compress().unwrap_or(false).into(),
            cache_policy_id: text(wire.cache_policy_id()),
            origin_request_policy_id: text(wire.origin_request_policy_id()),
            response_headers_policy_id: text(wire.response_headers_policy_id()),
            functions: functions(wire.function_associations()),
        }
    }};
}

impl Behavior {
    /// The behavior on the wire. `there` is the one that it takes the place of.
    pub(super) fn wire(&self, there: Option<&DefaultCacheBehavior>) -> DefaultCacheBehavior {
        keep_parts!(set_parts!(DefaultCacheBehavior::builder(), self), there)
    }

    /// The model of a behavior. `known` tells what an endpoint does not answer, as stand-ins do not answer everything.
    pub(super) fn of(wire: &DefaultCacheBehavior, known: Option<&Self>) -> Self {
        read_parts!(wire).knowing(known, wire.function_associations())
    }

    fn knowing(self, known: Option<&Self>, answer: Option<&FunctionAssociations>) -> Self {
        match (known, answer) {
            (Some(known), None) => Self { functions: known.functions.clone(), ..self },
            (Some(_) | None, _) => self,
        }
    }

    fn policy(&self) -> ViewerProtocolPolicy {
        self.viewer_protocol_policy.known().copied().unwrap_or(ViewerProtocolPolicy::RedirectToHttps)
    }

    fn methods(&self) -> AllowedMethods {
        let methods = |methods: &Value<BTreeSet<HttpMethod>>| {
            let methods = methods.known().into_iter().flatten();
            methods.map(|method| Method::from(method.as_str())).collect::<Vec<_>>()
        };
        let (allowed, cached) = (methods(&self.allowed_methods), methods(&self.cached_methods));
        let cached = CachedMethods::builder().quantity(length(cached.len())).set_items(Some(cached));
        AllowedMethods::builder()
            .quantity(length(allowed.len()))
            .set_items(Some(allowed))
            .cached_methods(cached.build().expect("the methods are set"))
            .build()
            .expect("the methods are set")
    }

    fn associations(&self) -> FunctionAssociations {
        let association = |(event, arn): (&String, &String)| {
            let event = EventType::from(event.as_str());
            let association = FunctionAssociation::builder().event_type(event).function_arn(arn).build();
            association.expect("function and event are set")
        };
        let items: Vec<_> = self.functions.known().into_iter().flatten().map(association).collect();
        FunctionAssociations::builder()
            .quantity(length(items.len()))
            .set_items((!items.is_empty()).then_some(items))
            .build()
            .expect("the quantity is set")
    }
}

impl OrderedBehavior {
    /// The behavior on the wire. `there` are those that there are, of which it takes the place of the one for the same paths.
    pub(super) fn wire(&self, there: &[CacheBehavior]) -> CacheBehavior {
        let blank = Behavior::blank();
        let pattern = self.path_pattern.known().cloned().unwrap_or_default();
        let behavior = self.behavior.known().unwrap_or(&blank);
        let there = there.iter().find(|it| it.path_pattern() == pattern);
        keep_parts!(set_parts!(CacheBehavior::builder().path_pattern(pattern), behavior), there)
    }

    pub(super) fn of(wire: &CacheBehavior, known: Option<&Self>) -> Self {
        let known = known.and_then(|known| known.behavior.known());
        Self {
            path_pattern: wire.path_pattern().into(),
            behavior: read_parts!(wire).knowing(known, wire.function_associations()).into(),
        }
    }
}

fn set_of(methods: &[Method]) -> BTreeSet<HttpMethod> {
    methods.iter().filter_map(|method| method.as_str().parse().ok()).collect()
}

fn functions(associations: Option<&FunctionAssociations>) -> Value<BTreeMap<String, String>> {
    let items = associations.map(FunctionAssociations::items).unwrap_or_default().iter();
    let functions: BTreeMap<_, _> =
        items.map(|it| (it.event_type().as_str().to_owned(), it.function_arn().to_owned())).collect();
    (!functions.is_empty()).then_some(functions).into()
}

fn no_lambdas() -> LambdaFunctionAssociations {
    LambdaFunctionAssociations::builder().quantity(0).build().expect("the quantity is set")
}

fn no_signers() -> TrustedSigners {
    TrustedSigners::builder().enabled(false).quantity(0).build().expect("the quantity is set")
}

fn no_key_groups() -> TrustedKeyGroups {
    TrustedKeyGroups::builder().enabled(false).quantity(0).build().expect("the quantity is set")
}

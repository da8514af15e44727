//! Where content comes from.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudfront::types::{
    CustomHeaders, CustomOriginConfig, Origin as WireOrigin, OriginCustomHeader, OriginShield,
    OriginSslProtocols, S3OriginConfig, SslProtocol,
};
use sparki_core::Value;
use sparki_derive::{Choice, Model};

use super::RequestSigning;

/// Where content comes from: a bucket, or with `custom` anything that speaks HTTP.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(conflicting(request_signing, origin_access_control_id))]
pub struct Origin {
    /// Host name of the origin: of a bucket its regional one.
    #[attr(required, validate(len(1..=128), pattern("^[^/]+$", "be a host name")))]
    pub domain_name: Value<String>,
    /// What is put before the path of every request.
    #[attr(optional, validate(pattern("^/.*[^/]$", "begin with a slash and not end with one")))]
    pub path: Value<String>,
    /// Id of the origin access control by which CloudFront shows a bucket who it is.
    #[attr(optional, validate(len(1..)))]
    pub origin_access_control_id: Value<String>,
    /// Which requests to a bucket CloudFront signs, so that the bucket knows who it is: `always`, `no-override` for those that
    /// viewers have not signed, or `never`. The distribution then has an origin access control of its own.
    #[attr(optional)]
    pub request_signing: Value<RequestSigning>,
    /// Headers that are added to every request, by name. They are in the state, so nothing secret belongs there.
    #[attr(optional, validate(len(1..=30), keys(len(1..=256))))]
    pub headers: Value<BTreeMap<String, String>>,
    /// How an origin is reached that is no bucket.
    #[attr(optional)]
    pub custom: Value<CustomOrigin>,
    /// Region in which requests come together before they reach the origin. None if it is not set.
    #[attr(optional, validate(len(1..)))]
    pub shield_region: Value<String>,
    /// How often a connection is tried, 1 to 3.
    #[attr(optional, default = 3, validate(range(1..=3)))]
    pub connection_attempts: Value<u32>,
    /// Seconds after which an attempt is given up, 1 to 10.
    #[attr(optional, default = 10, validate(range(1..=10)))]
    pub connection_timeout_seconds: Value<u32>,
}

/// How an origin is reached that is no bucket.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct CustomOrigin {
    /// Port for HTTP.
    #[attr(optional, default = 80, validate(range(1..=65535)))]
    pub http_port: Value<u16>,
    /// Port for HTTPS.
    #[attr(optional, default = 443, validate(range(1..=65535)))]
    pub https_port: Value<u16>,
    /// `https-only`, `http-only` or `match-viewer`.
    #[attr(optional, default = OriginProtocolPolicy::HttpsOnly)]
    pub protocol_policy: Value<OriginProtocolPolicy>,
    /// Versions of TLS that may be spoken with the origin.
    #[attr(
        optional,
        default = BTreeSet::from(["TLSv1.2".to_owned()]),
        validate(len(1..), each(one_of("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")))
    )]
    pub ssl_protocols: Value<BTreeSet<String>>,
    /// Seconds for which an answer is waited for.
    #[attr(optional, default = 30, validate(range(1..=180)))]
    pub read_timeout_seconds: Value<u32>,
    /// Seconds for which an idle connection is kept.
    #[attr(optional, default = 5, validate(range(1..=180)))]
    pub keepalive_timeout_seconds: Value<u32>,
}

/// Which protocol is spoken with an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum OriginProtocolPolicy {
    /// HTTP with TLS.
    #[choice("https-only")]
    HttpsOnly,
    /// HTTP without TLS.
    #[choice("http-only")]
    HttpOnly,
    /// What the viewer speaks.
    #[choice("match-viewer")]
    MatchViewer,
}

impl Origin {
    /// The origin on the wire. `there` is the one that it takes the place of, of which stays what nobody here knows of.
    pub(super) fn wire(&self, id: &str, there: Option<&WireOrigin>) -> WireOrigin {
        let text = |value: &Value<String>| value.known().cloned().unwrap_or_default();
        let header = |(name, value): (&String, &String)| {
            let header = OriginCustomHeader::builder().header_name(name).header_value(value).build();
            header.expect("name and value are set")
        };
        let headers: Vec<_> = self.headers.known().into_iter().flatten().map(header).collect();
        let headers = CustomHeaders::builder()
            .quantity(length(headers.len()))
            .set_items((!headers.is_empty()).then_some(headers));
        let shield = OriginShield::builder()
            .enabled(self.shield_region.known().is_some())
            .set_origin_shield_region(self.shield_region.known().cloned());
        let origin = WireOrigin::builder()
            .id(id)
            .domain_name(text(&self.domain_name))
            .origin_path(text(&self.path))
            .origin_access_control_id(text(&self.origin_access_control_id))
            .custom_headers(headers.build().expect("the quantity is set"))
            .origin_shield(shield.build().expect("it is said whether it is on"))
            .connection_attempts(number(&self.connection_attempts, 3))
            .connection_timeout(number(&self.connection_timeout_seconds, 10));
        let origin =
            origin.set_response_completion_timeout(there.and_then(WireOrigin::response_completion_timeout));
        // What is in a VPC is at its own host name, and nothing else is.
        let there_still =
            there.filter(|there| self.domain_name.known().is_some_and(|it| it == there.domain_name()));
        let in_vpc = there_still.and_then(WireOrigin::vpc_origin_config);
        let origin = match (self.custom.known(), in_vpc) {
            (Some(custom), _) => {
                origin.custom_origin_config(custom.wire(there.and_then(WireOrigin::custom_origin_config)))
            }
            (None, Some(in_vpc)) => origin.vpc_origin_config(in_vpc.clone()),
            (None, None) => {
                let bucket = there.and_then(WireOrigin::s3_origin_config).cloned();
                let mut bucket =
                    bucket.unwrap_or_else(|| S3OriginConfig::builder().origin_access_identity("").build());
                // CloudFront takes one way to show who it is, and the control is the newer one.
                if self.origin_access_control_id.known().is_some() {
                    bucket.origin_access_identity = String::new();
                }
                origin.s3_origin_config(bucket)
            }
        };
        origin.build().expect("id and host name are set")
    }

    /// The model of an origin. What an endpoint does not answer is as it is known, as stand-ins do not answer everything.
    pub(super) fn of(wire: &WireOrigin, known: Option<&Self>) -> Self {
        let text = |text: Option<&str>| Value::from(text.filter(|it| !it.is_empty()).map(str::to_owned));
        let (access, signing) = match (wire.origin_access_control_id(), known) {
            (Some(id), _) => (text(Some(id)), Value::Null),
            (None, Some(known)) => (known.origin_access_control_id.clone(), known.request_signing.clone()),
            (None, None) => (Value::Null, Value::Null),
        };
        let headers: BTreeMap<_, _> = wire
            .custom_headers()
            .map(CustomHeaders::items)
            .unwrap_or_default()
            .iter()
            .map(|header| (header.header_name().to_owned(), header.header_value().to_owned()))
            .collect();
        let shield = wire.origin_shield().filter(|shield| shield.enabled());
        let number = |number: Option<i32>| Value::from(number.and_then(|number| u32::try_from(number).ok()));
        Self {
            domain_name: wire.domain_name().into(),
            path: text(wire.origin_path()),
            origin_access_control_id: access,
            request_signing: signing,
            headers: (!headers.is_empty()).then_some(headers).into(),
            custom: wire.custom_origin_config().map(CustomOrigin::of).into(),
            shield_region: text(shield.and_then(|shield| shield.origin_shield_region())),
            connection_attempts: number(wire.connection_attempts()),
            connection_timeout_seconds: number(wire.connection_timeout()),
        }
    }
}

impl CustomOrigin {
    fn wire(&self, there: Option<&CustomOriginConfig>) -> CustomOriginConfig {
        let policy = self.protocol_policy.known().copied().unwrap_or(OriginProtocolPolicy::HttpsOnly);
        let protocols = self.ssl_protocols.known().into_iter().flatten();
        let protocols: Vec<_> = protocols.map(|protocol| SslProtocol::from(protocol.as_str())).collect();
        let protocols =
            OriginSslProtocols::builder().quantity(length(protocols.len())).set_items(Some(protocols));
        CustomOriginConfig::builder()
            .http_port(self.http_port.known().copied().unwrap_or(80).into())
            .https_port(self.https_port.known().copied().unwrap_or(443).into())
            .origin_protocol_policy(policy.as_str().into())
            .origin_ssl_protocols(protocols.build().expect("the protocols are set"))
            .origin_read_timeout(number(&self.read_timeout_seconds, 30))
            .origin_keepalive_timeout(number(&self.keepalive_timeout_seconds, 5))
            .set_ip_address_type(there.and_then(|it| it.ip_address_type.clone()))
            .set_origin_mtls_config(there.and_then(|it| it.origin_mtls_config.clone()))
            .build()
            .expect("ports and policy are set")
    }

    fn of(wire: &CustomOriginConfig) -> Self {
        let port = |port: i32| Value::from(u16::try_from(port).ok());
        let number = |number: Option<i32>| Value::from(number.and_then(|number| u32::try_from(number).ok()));
        let protocols = wire.origin_ssl_protocols().map(OriginSslProtocols::items).unwrap_or_default();
        Self {
            http_port: port(wire.http_port()),
            https_port: port(wire.https_port()),
            protocol_policy: wire.origin_protocol_policy().as_str().parse().ok().into(),
            ssl_protocols: Value::Known(protocols.iter().map(|it| it.as_str().to_owned()).collect()),
            read_timeout_seconds: number(wire.origin_read_timeout()),
            keepalive_timeout_seconds: number(wire.origin_keepalive_timeout()),
        }
    }
}

/// How much there is of something, as CloudFront wants to be told. The validators allow no more than fits.
pub(super) fn length(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

fn number(value: &Value<u32>, usual: i32) -> i32 {
    value.known().and_then(|number| i32::try_from(*number).ok()).unwrap_or(usual)
}

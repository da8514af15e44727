//! Listeners.

use std::collections::BTreeMap;

use sparki_core::Value;
use sparki_derive::{Choice, Model};

/// Where a load balancer listens, and what it does with what comes.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(forward, redirect, fixed_response))]
pub struct Listener {
    /// Port, 1 to 65535. A load balancer has one listener on each.
    #[attr(required, validate(range(1..=65535)))]
    pub port: Value<u16>,
    /// `HTTP` or `HTTPS` for `application`; `TCP`, `TLS`, `UDP` or `TCP_UDP` for `network`.
    #[attr(required)]
    pub protocol: Value<ListenerProtocol>,
    /// ARNs of the certificates, for `HTTPS` and `TLS`. The first is for clients that name no host.
    #[attr(
        optional,
        validate(len(1..=25), unique, each(pattern("^arn:[^:]+:(acm|iam):", "be the ARN of a certificate")))
    )]
    pub certificate_arns: Value<Vec<String>>,
    /// Name of AWS's policy that says which versions of TLS and which ciphers are spoken, for `HTTPS` and `TLS`.
    /// `ELBSecurityPolicy-TLS13-1-2-2021-06` if it is not set.
    #[attr(optional, validate(len(1..)))]
    pub ssl_policy: Value<String>,
    /// Target groups to forward to, with the weight of each, 0 to 999: names from `target_groups`, or ARNs of groups that
    /// something else has made.
    #[attr(optional, validate(len(1..=5), each(range(0..=999))))]
    pub forward: Value<BTreeMap<String, u16>>,
    /// Where to send clients instead. Only for `application`.
    #[attr(optional)]
    pub redirect: Value<Redirect>,
    /// What to answer. Only for `application`.
    #[attr(optional)]
    pub fixed_response: Value<FixedResponse>,
}

/// Where clients are sent. `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` stand for what was asked for.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Redirect {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    #[attr(optional, default = "HTTPS", validate(one_of("HTTP", "HTTPS", "#{protocol}")))]
    pub protocol: Value<String>,
    /// Port, or `#{port}`.
    #[attr(optional, default = "443", validate(len(1..)))]
    pub port: Value<String>,
    /// Host.
    #[attr(optional, default = "#{host}", validate(len(1..=128)))]
    pub host: Value<String>,
    /// Path.
    #[attr(optional, default = "/#{path}", validate(len(1..=128), pattern("^/", "begin with a slash")))]
    pub path: Value<String>,
    /// Query.
    #[attr(optional, default = "#{query}", validate(len(..=128)))]
    pub query: Value<String>,
    /// `HTTP_301` for good, `HTTP_302` for now.
    #[attr(optional, default = RedirectStatus::Moved)]
    pub status_code: Value<RedirectStatus>,
}

/// What is answered without asking a target.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct FixedResponse {
    /// Status: 2XX, 4XX or 5XX.
    #[attr(required, validate(range(200..=599)))]
    pub status_code: Value<u16>,
    /// Media type of the body.
    #[attr(
        optional,
        default = "text/plain",
        validate(one_of(
            "text/plain",
            "text/css",
            "text/html",
            "application/javascript",
            "application/json"
        ))
    )]
    pub content_type: Value<String>,
    /// Body, up to 1024 characters.
    #[attr(optional, validate(len(1..=1024)))]
    pub message_body: Value<String>,
}

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum ListenerProtocol {
    /// HTTP without TLS.
    #[choice("HTTP")]
    Http,
    /// HTTP with TLS.
    #[choice("HTTPS")]
    Https,
    /// Connections.
    #[choice("TCP")]
    Tcp,
    /// Connections with TLS, which ends at the load balancer.
    #[choice("TLS")]
    Tls,
    /// Datagrams.
    #[choice("UDP")]
    Udp,
    /// Connections and datagrams.
    #[choice("TCP_UDP")]
    TcpUdp,
}

/// For how long clients are sent elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum RedirectStatus {
    /// For good.
    #[choice("HTTP_301")]
    Moved,
    /// For now.
    #[choice("HTTP_302")]
    Found,
}

impl ListenerProtocol {
    /// Whether it has certificates.
    pub(super) fn is_encrypted(self) -> bool {
        matches!(self, Self::Https | Self::Tls)
    }

    /// Whether it is HTTP.
    pub(super) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

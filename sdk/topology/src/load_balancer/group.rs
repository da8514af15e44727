//! Target groups.

use sparki_core::Value;
use sparki_derive::{Choice, Model};

/// Targets that share traffic, and how it is found out which of them are well.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct TargetGroup {
    /// Port of the targets, 1 to 65535. Changing it makes a new group.
    #[attr(required, validate(range(1..=65535)))]
    pub port: Value<u16>,
    /// `HTTP` or `HTTPS` for `application`; `TCP`, `TLS`, `UDP` or `TCP_UDP` for `network`. Changing it makes a new group.
    #[attr(required)]
    pub protocol: Value<TargetProtocol>,
    /// Version of HTTP that the targets speak: `HTTP1`, `HTTP2` or `GRPC`. `HTTP1` if it is not set. Only for `HTTP` and
    /// `HTTPS`. Changing it makes a new group.
    #[attr(optional)]
    pub protocol_version: Value<ProtocolVersion>,
    /// What is registered: `ip`, `instance`, or `alb` for an application load balancer behind this one. Changing it makes a
    /// new group.
    #[attr(optional, default = TargetType::Ip)]
    pub target_type: Value<TargetType>,
    /// How it is found out which targets are well.
    #[attr(optional, default = HealthCheck::standard())]
    pub health_check: Value<HealthCheck>,
    /// Whether a client gets the same target again. It does not if it is not set.
    #[attr(optional)]
    pub stickiness: Value<Stickiness>,
    /// Seconds for which a target that leaves may finish what it does.
    #[attr(optional, default = 300, validate(range(0..=3600)))]
    pub deregistration_delay_seconds: Value<u32>,
}

/// How it is found out which targets are well.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct HealthCheck {
    /// `HTTP`, `HTTPS` or `TCP`. If it is not set, that of the group, and `TCP` for what is not HTTP.
    #[attr(optional)]
    pub protocol: Value<HealthProtocol>,
    /// Port that is asked: a number, or `traffic-port` for the target's own.
    #[attr(
        optional,
        default = "traffic-port",
        validate(pattern("^([0-9]{1,5}|traffic-port)$", "be a port or \"traffic-port\""))
    )]
    pub port: Value<String>,
    /// Path that is asked for, if HTTP is spoken. `/` if it is not set, and `/AWS.ALB/healthcheck` for gRPC.
    #[attr(optional, validate(len(1..=1024), pattern("^/", "begin with a slash")))]
    pub path: Value<String>,
    /// Codes of a target that is well, such as `200` or `200-299`. If it is not set, `200` for `application`, `200-399` for
    /// `network`, and `12` for gRPC.
    #[attr(
        optional,
        validate(pattern(
            "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$",
            "be codes such as \"200\" or \"200-299\""
        ))
    )]
    pub matcher: Value<String>,
    /// Seconds from one question to the next.
    #[attr(optional, default = 30, validate(range(5..=300)))]
    pub interval_seconds: Value<u32>,
    /// Seconds after which no answer is a bad one.
    #[attr(optional, default = 5, validate(range(2..=120)))]
    pub timeout_seconds: Value<u32>,
    /// Good answers in a row that make a target well.
    #[attr(optional, default = 3, validate(range(2..=10)))]
    pub healthy_threshold: Value<u32>,
    /// Bad answers in a row that make it unwell.
    #[attr(optional, default = 3, validate(range(2..=10)))]
    pub unhealthy_threshold: Value<u32>,
}

/// How a client is known again.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Stickiness {
    /// `lb_cookie` for a cookie of the load balancer, `app_cookie` for one of the application, `source_ip` for the address,
    /// which is the one for `network`.
    #[attr(required)]
    pub r#type: Value<StickinessType>,
    /// Seconds for which it is known, for the cookies. A day if it is not set.
    #[attr(optional, validate(range(1..=604_800)))]
    pub duration_seconds: Value<u32>,
    /// Name of the application's cookie. Needed for `app_cookie`, and only for that.
    #[attr(optional, validate(len(1..=256)))]
    pub cookie_name: Value<String>,
}

/// What targets speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum TargetProtocol {
    /// HTTP without TLS.
    #[choice("HTTP")]
    Http,
    /// HTTP with TLS.
    #[choice("HTTPS")]
    Https,
    /// Connections.
    #[choice("TCP")]
    Tcp,
    /// Connections with TLS.
    #[choice("TLS")]
    Tls,
    /// Datagrams.
    #[choice("UDP")]
    Udp,
    /// Connections and datagrams.
    #[choice("TCP_UDP")]
    TcpUdp,
}

/// Version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    #[choice("HTTP1")]
    Http1,
    /// HTTP/2.
    #[choice("HTTP2")]
    Http2,
    /// gRPC.
    #[choice("GRPC")]
    Grpc,
}

/// What is registered in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum TargetType {
    /// Addresses, as those of pods.
    Ip,
    /// Machines.
    Instance,
    /// An application load balancer.
    Alb,
}

/// What a target is asked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum HealthProtocol {
    /// HTTP without TLS.
    #[choice("HTTP")]
    Http,
    /// HTTP with TLS.
    #[choice("HTTPS")]
    Https,
    /// Whether it takes connections.
    #[choice("TCP")]
    Tcp,
}

/// By what a client is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum StickinessType {
    /// A cookie of the load balancer.
    LbCookie,
    /// A cookie of the application.
    AppCookie,
    /// The address.
    SourceIp,
}

impl TargetProtocol {
    /// Whether it is HTTP.
    pub(super) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

impl HealthCheck {
    /// With every default.
    pub(super) fn standard() -> Self {
        Self::new()
            .port("traffic-port")
            .interval_seconds(30)
            .timeout_seconds(5)
            .healthy_threshold(3)
            .unhealthy_threshold(3)
    }
}

impl TargetGroup {
    /// What it is asked in.
    pub(super) fn health_protocol(&self) -> HealthProtocol {
        let set = self.health_check.known().and_then(|check| check.protocol.known().copied());
        set.unwrap_or_else(|| self.usual_health_protocol())
    }

    /// What it is asked in if nothing else is said.
    pub(super) fn usual_health_protocol(&self) -> HealthProtocol {
        let is_alb = self.target_type.known() == Some(&TargetType::Alb);
        match self.protocol.known() {
            _ if is_alb => HealthProtocol::Http,
            Some(TargetProtocol::Http) => HealthProtocol::Http,
            Some(TargetProtocol::Https) => HealthProtocol::Https,
            Some(
                TargetProtocol::Tcp | TargetProtocol::Tls | TargetProtocol::Udp | TargetProtocol::TcpUdp,
            )
            | None => HealthProtocol::Tcp,
        }
    }

    pub(super) fn is_grpc(&self) -> bool {
        self.protocol_version.known() == Some(&ProtocolVersion::Grpc)
    }

    /// Path that is asked for if nothing else is said.
    pub(super) fn usual_path(&self) -> &'static str {
        if self.is_grpc() { "/AWS.ALB/healthcheck" } else { "/" }
    }

    /// Codes of a target that is well if nothing else is said.
    pub(super) fn usual_matcher(&self) -> &'static str {
        match self.protocol.known() {
            _ if self.is_grpc() => "12",
            Some(protocol) if protocol.is_http() => "200",
            Some(_) | None => "200-399",
        }
    }
}

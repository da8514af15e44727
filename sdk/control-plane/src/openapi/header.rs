//! Headers of answers.

use serde_json::{Value, json};

/// A header that answers can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    CacheControl,
    CorrelationId,
    ETag,
    Location,
    RateLimit,
    RateLimitRemaining,
    RateLimitReset,
    Replayed,
    RetryAfter,
    Revision,
    WwwAuthenticate,
}

impl Header {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CacheControl => "Cache-Control",
            Self::CorrelationId => "X-Correlation-Id",
            Self::ETag => "ETag",
            Self::Location => "Location",
            Self::RateLimit => "X-RateLimit-Limit",
            Self::RateLimitRemaining => "X-RateLimit-Remaining",
            Self::RateLimitReset => "X-RateLimit-Reset",
            Self::Replayed => "Idempotency-Replayed",
            Self::RetryAfter => "Retry-After",
            Self::Revision => "Sparki-Revision",
            Self::WwwAuthenticate => "WWW-Authenticate",
        }
    }

    /// The header as an answer has it.
    pub(super) fn describe(self, presence: Presence) -> Value {
        let is_required = match presence {
            Presence::Always => true,
            Presence::Sometimes => false,
        };
        json!({"description": self.about(), "required": is_required, "schema": self.schema()})
    }

    fn about(self) -> &'static str {
        match self {
            Self::CacheControl => "Who may keep the answer.",
            Self::CorrelationId => "Id of the request: the one that was sent, or a new one.",
            Self::ETag => "Strong tag of this version, for If-Match and If-None-Match.",
            Self::Location => "Path of what was created.",
            Self::RateLimit => "Requests that may be made in an hour; left out where there is no limit.",
            Self::RateLimitRemaining => "Requests that are left; left out where there is no limit.",
            Self::RateLimitReset => {
                "Unix time, in seconds, at which they are all there again; left out where there is no limit."
            }
            Self::Replayed => "Says that this is the answer to an earlier request with the same key.",
            Self::RetryAfter => "Seconds to wait before the request is repeated.",
            Self::Revision => "Number of the change, which grows; left out by a dry run.",
            Self::WwwAuthenticate => "The scheme of credentials that is asked for.",
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::CacheControl | Self::CorrelationId | Self::Location | Self::WwwAuthenticate => {
                json!({"type": "string"})
            }
            Self::ETag => json!({"type": "string", "pattern": "^\"[^\"]*\"$"}),
            Self::Replayed => json!({"type": "string", "const": "true"}),
            Self::RateLimit
            | Self::RateLimitRemaining
            | Self::RateLimitReset
            | Self::RetryAfter
            | Self::Revision => json!({"type": "integer", "minimum": 0}),
        }
    }
}

/// Whether every answer with some status has a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Always,
    Sometimes,
}

//! Setters that builders share.

/// The setters that every builder has.
macro_rules! common_setters {
    () => {
        /// Sends this `X-Correlation-Id` instead of the client's or a generated one.
        pub fn correlation_id(self, id: impl Into<String>) -> Self {
            Self(self.0.correlation_id(id.into()))
        }

        /// Bounds the operation with all its attempts and waits, instead of the client's `operation_timeout`. It counts
        /// for each page and each connection anew.
        pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
            Self(self.0.timeout(timeout))
        }

        /// Stops waiting as soon as the token is cancelled.
        pub fn cancel(self, token: &::tokio_util::sync::CancellationToken) -> Self {
            Self(self.0.cancel(token))
        }
    };
}

/// The setter of builders whose operation is done once for each key.
macro_rules! keyed_setter {
    () => {
        /// Sends this key instead of a generated one: the same key with the same values gets the same answer again, for a
        /// day, and nothing is done twice.
        pub fn idempotency_key(self, key: impl Into<crate::idempotency::IdempotencyKey>) -> Self {
            Self(self.0.idempotency_key(key.into()))
        }
    };
}

pub(crate) use {common_setters, keyed_setter};

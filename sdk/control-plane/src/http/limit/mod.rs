//! Request limits: so many requests an hour per API key, five times as many per user.
//!
//! Costs are counted in tenths of a request, because a 304 and an item of a batch count a tenth.

mod limiter;
mod windows;

pub(crate) use limiter::{Limiter, Meter, REQUEST, Refused, Standing, TENTH, USER_FACTOR, forget_old};

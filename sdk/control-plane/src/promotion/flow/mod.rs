//! Promotion flows: through which environments releases go, and in which waves.

mod model;
mod rules;

pub(crate) use model::{Pause, PromotionFlow, Stage};

//! Launch templates: moto has them, and node groups have to know which there are.

mod known;
mod lookup;

pub(crate) use known::{Template, Templates};
pub(crate) use lookup::learn;

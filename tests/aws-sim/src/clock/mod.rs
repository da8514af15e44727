//! Time as the stand-in sees it, and what is due when.

mod agenda;
mod virtual_clock;

pub(crate) use agenda::Agenda;
pub(crate) use virtual_clock::Clock;

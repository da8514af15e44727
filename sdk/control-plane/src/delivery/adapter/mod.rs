//! Adapters: how what a deployment decides reaches a platform.
//!
//! `custom` really calls and really looks ([`custom`]). The other platforms are simulated ([`simulated`]): nothing is executed
//! or called, what comes of a step follows from its text, and every line says so.

mod check;
mod custom;
mod mask;
mod perform;
mod script;
mod simulated;
mod surroundings;
mod task;
mod webhook;

use perform::{Adapter, Doing};

pub(crate) use perform::perform;
pub(crate) use task::{Performed, Task, Verdict};

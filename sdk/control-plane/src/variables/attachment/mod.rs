//! Attachments: each makes one variable set hold in one project or environment.

mod model;
mod rules;

pub(crate) use model::{VARIABLE_SET_ATTACHMENT, VariableSetAttachment};

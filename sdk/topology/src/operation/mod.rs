//! What the types of every AWS service share.

mod account;
mod arn;
mod held;
mod import_id;
mod machines;
mod make;
mod pages;
mod policy_text;
mod prefixed;
mod preflight;
mod protection;
mod remains;
mod session;
mod tag_rules;
mod tags;
#[cfg(test)]
pub(crate) mod testing;
mod unanswered;
mod unfinished;
mod window;

pub(crate) use account::account_of;
pub(crate) use arn::arn_in;
pub(crate) use held::{Held, Keeper};
pub(crate) use import_id::ImportId;
pub(crate) use machines::without_machine;
pub(crate) use make::{made_before, make};
pub(crate) use pages::Pages;
pub use policy_text::PolicyText;
pub(crate) use policy_text::plain;
pub(crate) use prefixed::{lacks_prefix, prefixed};
pub(crate) use preflight::judged;
pub(crate) use protection::Protected;
pub(crate) use remains::Remains;
pub(crate) use session::Session;
pub use tag_rules::key_is_free;
pub(crate) use tags::{
    Further, ShownTags, check_machine_tags, inherit_tags, known_tags, own_tags, shown_tags,
};
pub(crate) use unanswered::Unanswered;
pub(crate) use unfinished::{incomplete, unfinished};
pub(crate) use window::{daily_window, overlap, weekly_window};

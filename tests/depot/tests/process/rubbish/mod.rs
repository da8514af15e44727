//! Wrong, cut off and huge messages: the process that gets them goes on, for everybody else, in little memory.

mod messages;
mod peer;
mod target;
mod values;

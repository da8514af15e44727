//! Connections: taking them, encrypting them, and keeping anyone from having too many or being too slow.

mod certificate;
mod conversation;
mod crowd;
mod door;
mod pace;

pub(crate) use certificate::Certificate;
pub use certificate::CertificateError;
pub(crate) use door::{Door, open};
pub use pace::Pace;
pub(crate) use pace::TooSlow;

//! What every call is promised, whatever a resource does: practitioners lose nothing.
//!
//! [`depot`] is a small product with an in-memory remote; some of its resources misbehave on purpose. [`session`] asks
//! as Terraform does, over a socket.

mod apply;
mod configure;
mod coverage;
mod creations;
mod decode;
mod faults;
mod import;
mod plan;
mod read;
mod session;
mod stop;
mod upgrade;
mod validate;

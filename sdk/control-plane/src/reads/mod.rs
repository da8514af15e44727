//! Where reads are answered from: the database itself, or a copy of it that may be behind.
//!
//! Every change answers with its number, `Sparki-Revision`, and a client that must see it says so when it reads, with
//! `Sparki-Min-Revision`. A copy that is not there yet is passed over for the database, and where that cannot be
//! had either, the answer is `replica_lagging`, after which the client asks again.
//!
//! The copy is a replica of PostgreSQL ([`replica`]) or, for tests of clients, one that is held back on purpose
//! ([`held`]).

mod choice;
pub(crate) mod control;
mod held;
mod replica;
mod revision;

pub(crate) use choice::{Reads, Source, choose};
pub(crate) use held::HeldBack;
pub(crate) use replica::Replica;

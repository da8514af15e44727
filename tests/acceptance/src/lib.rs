//! Runs real Terraform against the built provider, a control plane and an AWS stand-in, all on this machine.
//!
//! A test makes a [`Case`], calls [`Case::apply`] once for each configuration it goes through, and ends with
//! [`Case::finish`]:
//!
//! ```no_run
//! use acceptance::{Action, Case};
//!
//! let case = Case::new();
//! let slug = case.unique("acme");
//! let applied = case.apply(&format!(
//!     "resource \"sparki_workspace\" \"it\" {{\n  name = \"Acme\"\n  slug = \"{slug}\"\n  deletion_protection = false\n}}"
//! ));
//! assert_eq!(applied.plan.action("sparki_workspace.it"), Action::Create);
//! case.finish();
//! ```
//!
//! Every step is planned, applied, and planned twice more, without and with a refresh; both must be empty. The end
//! destroys and looks on the remote side that nothing remains.
//!
//! Everything here panics with what happened, for it is only called by tests. Servers run as long as somebody uses
//! them, and end with the process that started them however that ends.

mod artifacts;
mod boto;
mod case;
mod check;
mod control_plane;
pub mod coverage;
mod debugged;
mod decimal;
mod detour;
mod diagnostic;
mod driver;
mod expected;
mod fault;
mod host;
mod http;
mod import;
mod installation;
mod life;
mod lock_file;
mod output;
mod permits;
mod plan;
mod plan_check;
mod plugin;
mod provider;
mod remote;
mod running;
mod scenario;
mod secrecy;
mod server;
mod setup;
mod shared;
mod stand_in;
mod state;
mod state_check;
mod step;
mod tagged;
mod terraform;
mod tool;
mod value_path;
mod version;
mod wait;

pub use artifacts::{built, checkout, python, python_tool};
pub use case::{Applied, Case};
pub use check::{Imported, Unverified};
pub use control_plane::ControlPlane;
pub use debugged::Debugged;
pub use detour::Detour;
pub use diagnostic::{Diagnostic, ExpectedError, Refusal};
pub use driver::Driver;
pub use expected::Expected;
pub use fault::Fault;
pub use host::{Connector, HostCertificate};
pub use http::{Answer, Http};
pub use import::Import;
pub use installation::Installation;
pub use life::{Life, Stage};
pub use lock_file::LockFile;
pub use output::Output;
pub use plan::{Action, Order, Plan};
pub use plan_check::PlanCheck;
pub use plugin::Plugin;
pub use provider::Provider;
pub use remote::Remote;
pub use running::Running;
pub use scenario::Scenario;
pub use secrecy::Evidence;
pub use server::Server;
pub use setup::Setup;
pub use shared::Shared;
pub use stand_in::{Fixtures, StandIn};
pub use state::State;
pub use state_check::{Followed, Place, Relation, StateCheck, place};
pub use step::{ConditionalStep, Step};
pub use terraform::Terraform;
pub use tool::Tool;
pub use value_path::{ValuePath, at};
pub use version::{Condition, Rule, Version};
pub use wait::{eventually, wait_for};

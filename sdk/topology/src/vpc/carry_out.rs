//! Takes steps until a VPC is as it is wanted.

use sparki_core::{RemoteError, RemoteErrorKind};

use super::parts::Parts;
use super::steps::{Step, next};
use super::wanted::Wanted;
use super::{base, endpoint_requests, flow_logs, gateway, nat_requests, route_requests, subnets};
use crate::ec2::{Session, retag};

/// How many rounds there can be: more than there are stages, each of which may have a few.
const ROUNDS: usize = 100;

/// What it takes to take a step.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) session: &'a Session<'a>,
    /// What is being done: "failed to create the VPC".
    pub(super) doing: &'a str,
    pub(super) wanted: &'a Wanted,
}

impl Work<'_> {
    /// Takes the next steps until there are none. `parts` is kept up to date, so that it tells what there is when a step
    /// fails, and `taken` is told after each.
    pub(super) async fn carry_out(
        self,
        parts: &mut Parts,
        taken: impl Fn(&Parts),
    ) -> Result<(), RemoteError> {
        for _ in 0..ROUNDS {
            let steps = next(self.wanted, parts);
            if steps.is_empty() {
                return Ok(());
            }
            for step in steps {
                self.take(parts, &step).await?;
                taken(parts);
            }
        }
        let left: Vec<_> = next(self.wanted, parts).iter().map(Step::to_string).collect();
        Err(RemoteError::new(RemoteErrorKind::Garbled, self.doing).with_detail(format!(
            "AWS's answers do not show what was done. What is still to be done: {}. Apply again; if that does not \
             help, something else changes the VPC at the same time.",
            left.join(", ")
        )))
    }

    /// Takes one step, and notes in `parts` what it came to.
    async fn take(self, parts: &mut Parts, step: &Step) -> Result<(), RemoteError> {
        match step {
            Step::Base(step) => base::take(self, parts, step).await,
            Step::Gateway(step) => gateway::take(self, parts, step).await,
            Step::Subnet(step) => subnets::take(self, parts, step).await,
            Step::Nat(step) => nat_requests::take(self, parts, step).await,
            Step::Route(step) => route_requests::take(self, parts, step).await,
            Step::Endpoint(step) => endpoint_requests::take(self, parts, step).await,
            Step::FlowLog(step) => flow_logs::take(self, parts, step).await,
            Step::Tag { id, change } => {
                retag(self.session, self.doing, id, change).await?;
                parts.retag(id, &self.wanted.vpc.id, change);
                Ok(())
            }
        }
    }
}

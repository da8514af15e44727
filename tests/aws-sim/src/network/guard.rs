//! What of moto's network cannot go because something that is played here lives in it.

use axum::http::StatusCode;

use crate::{
    passing::{foreign_error, parameter_of},
    protocol::{Request, Response},
    region::Region,
    world::World,
};

/// What deletes a part of a network, and the parameter that names it.
const DELETIONS: [(&str, &str, &str); 2] =
    [("DeleteSubnet", "SubnetId", "subnet"), ("DeleteSecurityGroup", "GroupId", "resource")];

/// EC2's refusal to delete a subnet or a security group in which a cluster, database or cache of this region is.
pub(crate) fn refuse_deletion(
    world: &World,
    region: &Region,
    (operation, request): (&str, &Request),
) -> Option<Response> {
    let (_, parameter, what) = DELETIONS.into_iter().find(|(deletion, ..)| *deletion == operation)?;
    let id = parameter_of(request, parameter)?;
    world.network_parts(region).contains(&id).then(|| {
        let message = match what {
            "subnet" => format!("The subnet '{id}' has dependencies and cannot be deleted."),
            _ => format!("resource {id} has a dependent object"),
        };
        foreign_error("ec2", ("DependencyViolation", StatusCode::BAD_REQUEST), &message)
    })
}

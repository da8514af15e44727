//! GetResourceIdentitySchemas: what the identity of each resource type is made of.
//!
//! An error here would be fatal to Terraform, and one type's mistake would be everybody's: there is none.

use tfplugin6::v6::get_resource_identity_schemas::{Request, Response};
use tokio_util::sync::CancellationToken;

use crate::convert::schema;
use crate::service::Service;

pub(crate) async fn answer(service: &Service, _request: Request, _stop: CancellationToken) -> Response {
    let resources = service.product().registry().resources().iter();
    let schemas = resources.filter_map(|(name, resource)| {
        Some(((*name).to_owned(), schema::encode_identity(resource.identity_schema()?)))
    });
    Response { identity_schemas: schemas.collect(), ..Response::default() }
}

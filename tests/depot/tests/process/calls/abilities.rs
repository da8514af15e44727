//! Asks for what only some types can do.

use sparki_core::{Dynamic, Schema, Type};
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::{
    ClientCapabilities, DynamicValue, RawState, ResourceIdentityData, invoke_action, list_resource,
};

use super::session::{Session, said};

/// What a host that can do everything says of itself.
pub(super) const DEFERS: ClientCapabilities = ClientCapabilities {
    deferral_allowed: true,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

/// What came of a list: names, identities, objects and messages, in order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Listing {
    pub(super) names: Vec<String>,
    pub(super) identities: Vec<Dynamic>,
    pub(super) objects: Vec<Dynamic>,
    pub(super) said: Vec<String>,
}

/// A document as Terraform hands it on.
pub(super) fn stored(json: &str) -> Option<RawState> {
    Some(RawState { json: json.to_owned().into(), ..RawState::default() })
}

impl Session {
    /// A value of a schema, as it is sent.
    pub(super) fn value(schema: &Schema, object: &Dynamic) -> Option<DynamicValue> {
        Some(dynamic_value::encode(object, &schema.object.ty()).unwrap())
    }

    pub(super) fn identity_type(&self, type_name: &str) -> Type {
        self.product().registry().resources()[type_name].identity_schema().unwrap().object.ty()
    }

    pub(super) fn identity(&self, type_name: &str, identity: &Dynamic) -> Option<ResourceIdentityData> {
        let data = dynamic_value::encode(identity, &self.identity_type(type_name)).unwrap();
        Some(ResourceIdentityData { identity_data: Some(data) })
    }

    pub(super) fn read_identity(&self, type_name: &str, sent: Option<&ResourceIdentityData>) -> Dynamic {
        let Some(sent) = sent else { return Dynamic::Null };
        dynamic_value::decode(sent.identity_data.as_ref(), &self.identity_type(type_name)).unwrap()
    }

    pub(super) async fn list(
        &mut self,
        type_name: &str,
        filter: &Dynamic,
        change: impl FnOnce(&mut list_resource::Request),
    ) -> Listing {
        let registry = self.product().registry().clone();
        let schema = registry.resources()[type_name].filter_schema().unwrap();
        let mut request = list_resource::Request {
            type_name: type_name.into(),
            config: Self::value(schema, filter),
            ..Default::default()
        };
        change(&mut request);
        let mut events = self.client.list_resource(request).await.unwrap().into_inner();
        let mut listing = Listing::default();
        while let Some(event) = events.message().await.unwrap() {
            listing.said.extend(said(&event.diagnostic));
            if event.identity.is_some() {
                listing.names.push(event.display_name);
                listing.identities.push(self.read_identity(type_name, event.identity.as_ref()));
            }
            if let Some(object) = &event.resource_object {
                listing.objects.push(self.decode(type_name, Some(object)));
            }
        }
        listing
    }

    /// What an action tells, and what is said when it is over.
    pub(super) async fn invoke(&mut self, action_type: &str, config: &Dynamic) -> (Vec<String>, Vec<String>) {
        let schema = self.product().registry().actions()[action_type].schema().clone();
        let request = invoke_action::Request {
            action_type: action_type.into(),
            config: Self::value(&schema, config),
            ..Default::default()
        };
        let mut events = self.client.invoke_action(request).await.unwrap().into_inner();
        let (mut told, mut over) = (Vec::new(), None);
        while let Some(event) = events.message().await.unwrap() {
            assert!(over.is_none(), "nothing comes after the end");
            match event.r#type.unwrap() {
                invoke_action::event::Type::Progress(progress) => told.push(progress.message),
                invoke_action::event::Type::Completed(completed) => over = Some(said(&completed.diagnostics)),
            }
        }
        (told, over.expect("an action ends with an event that says so"))
    }
}

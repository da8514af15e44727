//! The real provider, spoken to as a newer Terraform would, without async in the tests.

use std::collections::BTreeMap;

use acceptance::{ControlPlane, Plugin, StandIn, built};
use sparki_core::{Dynamic, ErasedResource, Schema};
use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::provider_client::ProviderClient;
use tfplugin6::v6::{
    Diagnostic, DynamicValue, ResourceIdentityData, configure_provider, generate_resource_config,
    import_resource_state, list_resource,
};
use tokio::runtime::{Builder, Runtime};
use tonic::transport::Channel;

/// A configured provider process.
pub(crate) struct Conversation {
    // In this order they are dropped: nothing may outlive what drives it.
    provider: ProviderClient<Channel>,
    _plugin: Plugin,
    sparki: Sparki,
    runtime: Runtime,
}

/// An object as import or a list tells of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) display_name: String,
    pub(crate) identity: Dynamic,
    /// Null where only the identity was asked for.
    pub(crate) state: Dynamic,
}

/// What is wanted of a list.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    Identities,
    Objects,
}

impl Conversation {
    /// Starts the provider with a control plane, and with AWS if there is one.
    pub(crate) fn start(control_plane: &ControlPlane, moto: Option<&StandIn>) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime needs nothing");
        let executable = built("terraform-provider-sparki");
        let (plugin, mut provider) = runtime.block_on(async {
            let plugin = Plugin::start_with(&executable, |command| {
                for (name, _) in std::env::vars() {
                    if name.starts_with("SPARKI_") || name.starts_with("AWS_") {
                        command.env_remove(name);
                    }
                }
            });
            let plugin = plugin.await;
            let provider = plugin.connect().await;
            (plugin, provider)
        });
        let sparki = Sparki::new();
        let mut config = BTreeMap::from([
            ("endpoint".to_owned(), control_plane.endpoint().into()),
            ("api_key".to_owned(), control_plane.api_key().into()),
        ]);
        if let Some(moto) = moto {
            let aws = [
                ("region", "us-east-1"),
                ("access_key", "acceptance"),
                ("secret_key", "acceptance"),
                ("endpoint_url", moto.endpoint()),
            ];
            config.insert("aws".into(), Dynamic::object(aws.map(|(name, value)| (name, value.into()))));
        }
        let config = dynamic_value::encode(&Dynamic::Object(config), &sparki.schema().object.ty());
        let config = Some(config.expect("the configuration fits"));
        let request = configure_provider::Request { config, ..Default::default() };
        let answer = runtime
            .block_on(provider.configure_provider(request))
            .expect("the provider answers")
            .into_inner();
        check_silence(&answer.diagnostics);
        Self { provider, _plugin: plugin, sparki, runtime }
    }

    fn resource(&self, kind: &str) -> &dyn ErasedResource {
        &*self.sparki.registry().resources()[kind]
    }

    fn identity_schema(&self, kind: &str) -> &Schema {
        self.resource(kind).identity_schema().expect("every type has an identity")
    }

    /// Imports by id or path.
    pub(crate) fn import(&mut self, kind: &str, id: &str) -> Told {
        let request =
            import_resource_state::Request { type_name: kind.into(), id: id.into(), ..Default::default() };
        self.imported(kind, request)
    }

    /// Imports by identity.
    pub(crate) fn import_identity(&mut self, kind: &str, identity: &Dynamic) -> Told {
        let data = encode(identity, self.identity_schema(kind));
        let request = import_resource_state::Request {
            type_name: kind.into(),
            identity: Some(ResourceIdentityData { identity_data: Some(data) }),
            ..Default::default()
        };
        self.imported(kind, request)
    }

    fn imported(&mut self, kind: &str, request: import_resource_state::Request) -> Told {
        let answer = self
            .runtime
            .block_on(self.provider.import_resource_state(request))
            .expect("the provider answers");
        let answer = answer.into_inner();
        check_silence(&answer.diagnostics);
        let [imported] = &answer.imported_resources[..] else { panic!("one object is imported") };
        Told {
            display_name: String::new(),
            identity: self.identity(kind, imported.identity.as_ref()),
            state: decode(imported.state.as_ref(), self.resource(kind).schema()),
        }
    }

    /// Lists what passes a filter, `limit` objects at most; all of them if it is 0.
    pub(crate) fn list(
        &mut self,
        kind: &str,
        filter: &[(&str, Dynamic)],
        limit: i64,
        wanted: Wanted,
    ) -> Vec<Told> {
        let schema = self.resource(kind).filter_schema().expect("every type can be listed");
        let filter = Dynamic::object(schema.object.attributes.iter().map(|attribute| {
            let set = filter.iter().find(|(name, _)| *name == attribute.name);
            (attribute.name, set.map_or(Dynamic::Null, |(_, value)| value.clone()))
        }));
        let request = list_resource::Request {
            type_name: kind.into(),
            config: Some(encode(&filter, schema)),
            include_resource_object: matches!(wanted, Wanted::Objects),
            limit,
        };
        let mut events = self
            .runtime
            .block_on(self.provider.list_resource(request))
            .expect("the provider answers")
            .into_inner();
        let mut found = Vec::new();
        while let Some(event) = self.runtime.block_on(events.message()).expect("the list goes on") {
            check_silence(&event.diagnostic);
            found.push(Told {
                display_name: event.display_name,
                identity: self.identity(kind, event.identity.as_ref()),
                state: event
                    .resource_object
                    .map_or(Dynamic::Null, |object| decode(Some(&object), self.resource(kind).schema())),
            });
        }
        found
    }

    /// Writes the configuration of an object.
    pub(crate) fn generate(&mut self, kind: &str, state: &Dynamic) -> Dynamic {
        let state = Some(encode(state, self.resource(kind).schema()));
        let request = generate_resource_config::Request { type_name: kind.into(), state };
        let answer = self
            .runtime
            .block_on(self.provider.generate_resource_config(request))
            .expect("the provider answers");
        let answer = answer.into_inner();
        check_silence(&answer.diagnostics);
        decode(answer.config.as_ref(), self.resource(kind).schema())
    }

    fn identity(&self, kind: &str, told: Option<&ResourceIdentityData>) -> Dynamic {
        let told = told.expect("what exists has an identity");
        decode(told.identity_data.as_ref(), self.identity_schema(kind))
    }
}

fn check_silence(diagnostics: &[Diagnostic]) {
    assert_eq!(diagnostics, []);
}

fn encode(value: &Dynamic, schema: &Schema) -> DynamicValue {
    dynamic_value::encode(value, &schema.object.ty()).expect("the value fits")
}

fn decode(value: Option<&DynamicValue>, schema: &Schema) -> Dynamic {
    dynamic_value::decode(value, &schema.object.ty()).expect("the value fits")
}

//! Shows what a type plans, sends and understands as text, for the tests of every type.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use expect_test::Expect;
use serde_json::Value as Json;
use sparki_client::{Call, Client, Credential, Endpoint, Settings};
use sparki_core::{
    Config, Dynamic, Erased, ErasedResource, Function, FunctionError, Model, Path, Plan, Planned, Registry,
    Secret, State, Type, UnknownMembers,
};
use sparki_plan::check::{plan_violations, result_violations};
use sparki_plan::{Action, InstancePlan, plan_instance, settle};

use crate::control_plane::Object;

/// An object from JSON text, in which `"?"` stands for an unknown value. Empty text is no object.
fn object<M: Model>(text: &str) -> Dynamic {
    if text.is_empty() {
        return Dynamic::Null;
    }
    value(&M::schema().ty(), &serde_json::from_str(text).expect("the text is JSON"))
}

fn value(ty: &Type, json: &Json) -> Dynamic {
    match (ty, json) {
        (_, Json::String(text)) if text == "?" => Dynamic::unknown(),
        (Type::Object(types), Json::Object(members)) => {
            let unknown = members.keys().find(|name| !types.contains_key(*name));
            assert_eq!(unknown, None, "the type has no such attribute");
            Dynamic::object(
                types.iter().map(|(name, ty)| (name, value(ty, members.get(name).unwrap_or(&Json::Null)))),
            )
        }
        (Type::List(ty), Json::Array(elements)) => {
            Dynamic::List(elements.iter().map(|json| value(ty, json)).collect())
        }
        (ty, json) => Dynamic::from_json(json, ty, UnknownMembers::Refuse).expect("the JSON fits the schema"),
    }
}

fn plan<R: Object + Plan>(config: &Dynamic, prior: &Dynamic) -> InstancePlan {
    let resource = Erased::<R>::importable();
    let found = plan_instance(&resource, config, prior);
    let schema = &resource.schema().object;
    assert_eq!(plan_violations(schema, prior, config, &found.planned), [], "Terraform would refuse the plan");
    found
}

/// The state of an object made from a configuration, after the control plane answered with a document.
fn state<R: Object + Plan>(config: &str, document: &str) -> Dynamic {
    if config.is_empty() {
        return Dynamic::Null;
    }
    let planned = plan::<R>(&object::<R::Model>(config), &Dynamic::Null).planned;
    let model = R::Model::decode(&planned, &Path::root()).expect("a model reads what was planned");
    let answered = R::state(&document_of(document), Some(&model)).expect("the document is understood");
    let state = settle(&R::Model::schema(), &planned, answered.encode());
    assert_eq!(
        result_violations(&R::Model::schema(), &planned, &state),
        [],
        "Terraform would refuse the result"
    );
    state
}

fn document_of(text: &str) -> Json {
    serde_json::from_str(text).expect("the document is JSON")
}

/// Plans the change of an object, made from `before` and known as `document`, to `after`.
#[track_caller]
pub(crate) fn check_plan<R: Object + Plan>(before: &str, document: &str, after: &str, expected: &Expect) {
    let (prior, config) = (state::<R>(before, document), object::<R::Model>(after));
    let found = plan::<R>(&config, &prior);
    let resource = Erased::<R>::importable();
    let mut text = match found.action {
        Action::NoOp => "No changes.\n".to_owned(),
        Action::Create | Action::Update | Action::Replace | Action::Delete => {
            sparki_plan::render("it", resource.schema(), &prior, &found)
        }
    };
    if !found.diagnostics.is_empty() {
        text += &format!("{}\n", found.diagnostics);
    }
    expected.assert_eq(&text);
}

/// Checks a configuration the way the provider does.
#[track_caller]
pub(crate) fn check_validate<R: Object + Plan>(config: &str, expected: &Expect) {
    let config = object::<R::Model>(config);
    let mut found = sparki_plan::validate(&R::Model::schema(), &config);
    if !found.has_errors() {
        found.extend(Erased::<R>::importable().validate(&config));
    }
    expected.assert_eq(&found.iter().map(|one| format!("{one}\n")).collect::<String>());
}

/// Shows the requests that make an object from `before` and then change it to `after`, write-only values included.
#[track_caller]
pub(crate) fn check_requests<R: Object + Plan>(before: &str, document: &str, after: &str, expected: &Expect) {
    let decode =
        |value: &Dynamic| R::Model::decode(value, &Path::root()).expect("a model reads what was planned");
    let with_secrets = |config: &str, prior: &Dynamic| {
        let config = object::<R::Model>(config);
        let planned = plan::<R>(&config, prior).planned;
        Planned::new(decode(&overlay(planned, &config)))
    };
    let created = with_secrets(before, &Dynamic::Null);
    let body =
        now(R::creation(&client(), &created, &Call::new("create it"))).expect("the request can be made");
    let mut text = format!("POST {}\n{:#}\n", R::COLLECTION, Json::Object(body));
    let prior = state::<R>(before, document);
    let planned = with_secrets(after, &prior);
    let body = R::patch(&State::new(decode(&prior)), &planned);
    text += &format!("PATCH\n{:#}\n", Json::Object(body));
    expected.assert_eq(&text);
}

/// The plan with what configuration alone knows.
fn overlay(planned: Dynamic, config: &Dynamic) -> Dynamic {
    match (planned, config) {
        (Dynamic::Null, written) => written.clone(),
        (Dynamic::Object(members), Dynamic::Object(_)) => Dynamic::Object(
            members
                .into_iter()
                .map(|(name, value)| {
                    let written = config.attribute(&name);
                    (name, overlay(value, written))
                })
                .collect(),
        ),
        (planned, _) => planned,
    }
}

/// Shows the attributes that fields of the wire form stand for.
#[track_caller]
pub(crate) fn check_pointers<R: Object + Plan>(config: &str, pointers: &[&str], expected: &Expect) {
    let model = Config::new(
        R::Model::decode(&object::<R::Model>(config), &Path::root()).expect("the model reads it"),
    );
    let line =
        |pointer: &&str| format!("{pointer} -> {}\n", R::attribute(Path::from_pointer(pointer), &model));
    expected.assert_eq(&pointers.iter().map(line).collect::<String>());
}

/// Calls a function with the arguments in a JSON array.
pub(crate) fn call<F: Function>(arguments: &str) -> Result<Dynamic, FunctionError> {
    let registry = Registry::new().function::<F>();
    let function = &registry.functions()[F::NAME];
    let signature = function.signature();
    let types = signature.parameters.iter().chain(signature.variadic.iter().cycle());
    let arguments: Vec<Json> = serde_json::from_str(arguments).expect("the text is JSON");
    let read = |(argument, parameter): (&Json, &sparki_core::Parameter)| {
        Dynamic::from_json(argument, &parameter.ty, UnknownMembers::Refuse)
            .expect("the argument has the type")
    };
    sparki_plan::call(&**function, arguments.iter().zip(types).map(read).collect())
}

/// Shows what a function makes of each array of arguments.
#[track_caller]
pub(crate) fn check_call<F: Function>(calls: &[&str], expected: &Expect) {
    let line = |arguments: &&str| match call::<F>(arguments) {
        Ok(result) => format!("{arguments} -> {}\n", result.to_json().expect("a result is known")),
        Err(error) => format!("{arguments} -> argument {:?}: {}\n", error.argument, error.text),
    };
    expected.assert_eq(&calls.iter().map(line).collect::<String>());
}

/// A client that nothing is sent through.
fn client() -> Client {
    let endpoint = Endpoint::parse("http://127.0.0.1:9").expect("the endpoint is one");
    let mut settings = Settings::new(endpoint, Credential::ApiKey(Secret::from("spk_a_b")));
    settings.workspace = Some("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e".into());
    Client::new(settings).expect("the settings are complete")
}

/// The result of a future that waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("nothing is sent in these tests"),
    }
}

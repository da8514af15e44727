//! The five routes every kind of object has.

use axum::{
    body::Body,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    auth::Role,
    http::{
        answer::Answer,
        body::read_object,
        problem::{Code, Problem},
        query::Effect,
    },
    object::{
        Call, Object, create, delete, list, read,
        schema::{self, Shown},
        update,
        write::read_fields,
    },
    openapi::{Header, Heading, Operation, Parameter, Place, Reply, Request, Verb, parameter},
};

/// The codes that the rules of a kind may refuse a change with.
const RULES: [Code; 5] = [
    Code::PermissionDenied,
    Code::AlreadyExists,
    Code::Cycle,
    Code::CapabilityUnsupported,
    Code::InvalidState,
];

pub(crate) fn operations<T: Object>() -> Vec<Operation> {
    vec![listing::<T>(), creation::<T>(), reading::<T>(), update_of::<T>(), deletion::<T>()]
}

pub(crate) fn listing<T: Object>() -> Operation {
    let shape = T::SHAPE;
    let heading = Heading {
        path: format!("/{}", shape.collection),
        id: format!("list{}", pascal(shape.collection)),
        summary: format!("Lists {}", shape.collection.replace('-', " ")),
        about: "Shows what is in the workspaces of the caller, oldest first, page by page.".into(),
        ..heading::<T>(Verb::Get)
    };
    let operation = Operation::new(heading, list_objects::<T>)
        .takes(Parameter::limit())
        .takes(Parameter::cursor())
        .takes(Parameter::labels())
        .answers(Reply::json_of(StatusCode::OK, "A page of objects.", schema::page::<T>));
    shape.filters.iter().fold(operation, |operation, field| {
        let about = format!("Narrows the list to objects with this `{field}`.");
        operation.takes(Parameter::query(field, &about, parameter::text()))
    })
}

pub(crate) fn creation<T: Object>() -> Operation {
    let heading = Heading {
        path: format!("/{}", T::SHAPE.collection),
        id: format!("create{}", T::schema_name()),
        summary: format!("Creates {}", one::<T>()),
        about: format!(
            "{} Fields that are left out or null get their defaults.",
            takes::<T>("create", T::SHAPE.roles.create)
        ),
        ..heading::<T>(Verb::Post)
    };
    let created = Reply::json_of(StatusCode::CREATED, "The new object.", schema::created::<T>)
        .with(Header::ETag)
        .with(Header::Location)
        .with(Header::Revision)
        .may_have(Header::Replayed);
    let created = if T::SHOWN_ONCE.is_empty() { created } else { created.may_have(Header::CacheControl) };
    Operation::new(heading, create_object::<T>)
        .takes(Effect::parameter())
        .with_idempotency_key()
        .reads(
            Request::json(|fields| {
                read_fields::<T>(fields, None);
            })
            .like::<Shown<T>>(),
        )
        .answers(created)
        .answers(Reply::json::<Shown<T>>(StatusCode::OK, "What a dry run would have created, with a nil id."))
        .refuses(&RULES)
        .refuses(&[Code::QuotaExceeded])
        // The parent was archived, or whoever repeats a request has left the workspace since.
        .refuses(&[Code::Gone, Code::NotFound])
}

/// What is answered instead where work goes on after the object was stored.
pub(crate) fn accepted<T: Object>() -> Reply {
    let about = "The new object; Location is the operation that works on it.";
    Reply::json::<Shown<T>>(StatusCode::ACCEPTED, about)
        .with(Header::ETag)
        .with(Header::Location)
        .with(Header::Revision)
        .may_have(Header::Replayed)
}

pub(crate) fn reading<T: Object>() -> Operation {
    let heading = Heading {
        id: format!("read{}", T::schema_name()),
        summary: format!("Reads {}", one::<T>()),
        about: takes::<T>("read", Role::Viewer),
        ..heading::<T>(Verb::Get)
    };
    Operation::new(heading, read_object_by_id::<T>)
        .unless_unchanged(&[Header::ETag])
        .answers(Reply::json::<Shown<T>>(StatusCode::OK, "The object.").with(Header::ETag))
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone])
}

fn update_of<T: Object>() -> Operation {
    let heading = Heading {
        id: format!("update{}", T::schema_name()),
        summary: format!("Changes {}", one::<T>()),
        about: format!(
            "{} The body is a JSON merge patch: objects merge, lists replace, null brings back the default.{}",
            takes::<T>("update", T::SHAPE.roles.update),
            chosen_once::<T>()
        ),
        ..heading::<T>(Verb::Patch)
    };
    Operation::new(heading, update_object::<T>)
        .with_precondition()
        .takes(Effect::parameter())
        .reads(
            Request::merge_patch(|fields| {
                read_fields::<T>(fields, None);
            })
            .like::<Shown<T>>(),
        )
        .answers(
            Reply::json::<Shown<T>>(StatusCode::OK, "The object, changed.")
                .may_have(Header::ETag)
                .may_have(Header::Revision),
        )
        .refuses(&RULES)
        .refuses(&[Code::NotFound, Code::Gone])
}

fn deletion<T: Object>() -> Operation {
    let heading = Heading {
        id: format!("delete{}", T::schema_name()),
        summary: format!("Deletes {}", one::<T>()),
        about: takes::<T>("delete", T::SHAPE.roles.delete),
        ..heading::<T>(Verb::Delete)
    };
    let operation = Operation::new(heading, delete_object::<T>)
        .with_precondition()
        .takes(Effect::parameter())
        .answers(Reply::empty(StatusCode::NO_CONTENT, "It is gone.").may_have(Header::Revision))
        .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone, Code::InUse, Code::InvalidState]);
    T::delete_parameters().into_iter().fold(operation, Operation::takes)
}

/// What the headings of a kind share; by default it is about one object.
pub(crate) fn heading<T: Object>(method: Verb) -> Heading {
    Heading {
        place: Place::Guarded,
        method,
        path: format!("/{}/{{id}}", T::SHAPE.collection),
        id: String::new(),
        tag: T::SHAPE.collection,
        summary: String::new(),
        about: String::new(),
    }
}

/// An object of the kind, in words.
fn one<T: Object>() -> String {
    let name = T::SHAPE.kind.replace('_', " ");
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// What it takes to do something with objects of the kind.
fn takes<T: Object>(action: &str, least: Role) -> String {
    let (permission, role) = (T::SHAPE.permission(action), least.name());
    if permission == "workspace:create" {
        return "Anybody may.".to_owned();
    }
    format!("Takes the permission `{permission}`, which the built-in roles from {role} on have.")
}

fn chosen_once<T: Object>() -> String {
    let names: Vec<String> = T::SHAPE.immutable.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(" Chosen once and for all: {}.", names.join(", "))
}

/// `DeploymentTargets` for `deployment-targets`.
fn pascal(collection: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_ascii_uppercase())
    };
    collection.split('-').map(capital).collect()
}

/// Either outcome is an answer.
pub(crate) fn respond(result: Result<Answer, Problem>) -> Response {
    result.map_or_else(IntoResponse::into_response, IntoResponse::into_response)
}

async fn list_objects<T: Object>(call: Call) -> Response {
    respond(list::list(T::SHAPE, call).await)
}

async fn create_object<T: Object>(call: Call, body: Body) -> Response {
    let result = async {
        let body = read_object(&call.headers, body).await?;
        create::create::<T>(call, body).await
    };
    respond(result.await)
}

async fn read_object_by_id<T: Object>(Path(id): Path<String>, call: Call) -> Response {
    respond(read::read(T::SHAPE, call, &id).await)
}

async fn update_object<T: Object>(Path(id): Path<String>, call: Call, body: Body) -> Response {
    let result = async {
        let patch = read_object(&call.headers, body).await?;
        update::update::<T>(call, &id, patch).await
    };
    respond(result.await)
}

async fn delete_object<T: Object>(Path(id): Path<String>, call: Call) -> Response {
    respond(delete::delete::<T>(call, &id).await)
}

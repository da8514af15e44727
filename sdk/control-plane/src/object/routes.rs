//! The five routes every kind of object has.

use axum::{
    Router,
    body::Body,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    app::App,
    http::{answer::Answer, body::read_object, problem::Problem},
    object::{Call, Object, create, delete, list, read, update},
};

pub(crate) fn routes<T: Object>() -> Router<App> {
    let collection = get(list_objects::<T>).post(create_object::<T>);
    let one = get(read_object_by_id::<T>).patch(update_object::<T>).delete(delete_object::<T>);
    Router::new()
        .route(&format!("/{}", T::SHAPE.collection), collection)
        .route(&format!("/{}/{{id}}", T::SHAPE.collection), one)
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

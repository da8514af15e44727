//! Lists that are longer than a page.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use sparki_client::api::environments::NewEnvironment;

use crate::world::World;

/// More than the largest page holds.
const MANY: usize = 250;

#[tokio::test]
async fn a_stream_has_what_is_on_every_page_once() {
    let world = World::new().await;
    let project = world.project("Web").await.value;
    let made: BTreeSet<String> = stream::iter(0..MANY)
        .map(|number| {
            let new = NewEnvironment::new(&project.id, format!("env {number}"));
            world.client.environments().create(new).send()
        })
        .buffer_unordered(8)
        .map_ok(|made| made.value.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(made.len(), MANY);

    let environments = world.client.environments();
    let page = environments.list().project_id(&project.id).limit(200).send().await.unwrap().value;
    assert_eq!(page.data.len(), 200);
    let rest = environments.list().project_id(&project.id).limit(200).cursor(page.next_cursor.unwrap());
    let rest = rest.send().await.unwrap().value;
    assert_eq!((rest.data.len(), rest.next_cursor), (MANY - 200, None));

    let all = environments.list().project_id(&project.id).limit(100).stream();
    let ids: Vec<String> = all.map_ok(|environment| environment.id).try_collect().await.unwrap();
    assert_eq!(ids.len(), MANY);
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), made);
}

//! Events as they happen.

use futures_util::TryStreamExt;

use crate::world::World;

#[tokio::test]
async fn what_happens_in_a_workspace_is_told_in_order() {
    let world = World::new().await;
    let project = world.project("Web").await.value;
    let mut events = std::pin::pin!(world.client.events().follow(&world.workspace.id).after(0).stream());
    let mut told = Vec::new();
    while told.len() < 2 {
        let event = events.try_next().await.unwrap().unwrap();
        assert_eq!(event.data.workspace_id, world.workspace.id);
        told.push((event.kind, event.data.resource.id));
    }
    assert_eq!(
        told,
        [
            ("workspace.created".to_owned(), world.workspace.id.clone()),
            ("project.created".to_owned(), project.id)
        ]
    );
}

//! Promotion flows and freeze windows, and the waves of a promotion.

use serde_json::{Value, json};

use crate::{
    delivery::{Place, check},
    promoting::story,
    receiver::Receiver,
    world::World,
};

async fn in_waves<'a>(world: &'a World, receivers: [&Receiver; 2], pause: Value) -> Place<'a> {
    let place = Place::new(world.admin()).await;
    for (name, receiver) in ["canary", "rest"].into_iter().zip(receivers) {
        let settings = json!({"webhook_url": format!("{}/deploy", receiver.url)});
        place
            .target(json!({
                "name": name, "platform": "custom", "settings": settings, "health_checks": [check(receiver)],
                "rollback": {"observe_seconds": 0},
            }))
            .await;
    }
    let mut wave = json!({"targets": ["canary"]});
    wave.as_object_mut().unwrap().extend(pause.as_object().unwrap().clone());
    let flow = json!({
        "workspace_id": place.workspace, "name": "standard",
        "stages": [{"environment": "dev", "waves": [wave]}],
    });
    place.admin.post("/promotion-flows", flow).await.expect(201);
    place
}

#[tokio::test]
async fn waves_go_one_after_the_other_with_a_pause_in_between() {
    let world = World::new().await;
    let (canary, rest) = (Receiver::start().await, Receiver::start().await);
    let place = in_waves(&world, [&canary, &rest], json!({"pause": "manual"})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    assert_eq!(asked.body["plan"]["flow"], json!({"name": "standard", "version": 1}));
    let waves = asked.body["plan"]["waves"].as_array().unwrap();
    let names: Vec<&Value> = waves.iter().map(|wave| &wave["targets"][0]["name"]).collect();
    assert_eq!(names, [&json!("canary"), &json!("rest")]);
    place.once(&asked.id(), "paused").await;
    assert_eq!((canary.versions(), rest.versions()), (vec!["v1".to_owned()], vec![]));

    let freeze = json!({
        "workspace_id": place.workspace, "name": "weekly",
        "weekly": {"days": ["thursday"], "start": "00:00", "duration_minutes": 60},
    });
    let freeze = place.admin.post("/freeze-windows", freeze).await.expect(201);
    let resume = format!("/promotions/{}:resume", asked.id());
    let refused = place.admin.post(&resume, json!({})).await.expect(423);
    assert_eq!((refused.code(), &refused.body["window"]), ("frozen", &json!("weekly")));
    place.admin.delete(&format!("/freeze-windows/{}", freeze.id()), &freeze.etag()).await.expect(204);
    place.admin.post(&resume, json!({})).await.expect(200);
    let done = place.ended(&asked).await;
    assert_eq!((&done.body["status"], &done.body["wave"]), (&json!("succeeded"), &json!(1)));
    assert_eq!(rest.versions(), ["v1"]);
    let moves = story(&place, &asked.id()).await;
    let expected = [
        "created",
        "queued",
        "validating",
        "deploying",
        "paused",
        "resuming",
        "deploying",
        "verifying",
        "succeeded",
    ];
    assert_eq!(moves, expected);
}

#[tokio::test]
async fn a_pause_ends_by_itself_and_a_bad_wave_takes_the_good_one_back() {
    let world = World::new().await;
    let (canary, rest) = (Receiver::start().await, Receiver::start().await);
    let place = in_waves(&world, [&canary, &rest], json!({"pause": "timed", "pause_seconds": 600})).await;
    let first = place.release("v1").await;
    let asked = place.promote(&first, json!({})).await.expect(202);
    place.once(&asked.id(), "paused").await;
    world.advance(600);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");

    rest.health_of("v2", 500);
    let second = place.release("v2").await;
    let asked = place.promote(&second, json!({})).await.expect(202);
    place.once(&asked.id(), "paused").await;
    world.advance(600);
    assert_eq!(place.ended(&asked).await.body["status"], "rolled_back");
    assert_eq!(canary.versions(), ["v1", "v2", "v1"]);
    assert_eq!(rest.versions(), ["v1", "v2", "v1"]);
    assert_eq!(place.current_version().await, "v1");
}

#[tokio::test]
async fn who_cancels_between_waves_gets_back_what_was_there() {
    let world = World::new().await;
    let (canary, rest) = (Receiver::start().await, Receiver::start().await);
    let place = in_waves(&world, [&canary, &rest], json!({})).await;
    place.bring("v1").await;
    let second = place.release("v2").await;
    canary.close();
    let asked = place.promote(&second, json!({})).await.expect(202);
    canary.called(2).await;
    place.admin.post(&format!("/promotions/{}:pause", asked.id()), json!({})).await.expect(200);
    canary.open();
    place.once(&asked.id(), "paused").await;
    place.admin.post(&format!("/promotions/{}:cancel", asked.id()), json!({})).await.expect(200);
    let ended = place.ended(&asked).await;
    assert_eq!(
        (&ended.body["status"], &ended.body["failure"]["cause"]),
        (&json!("rolled_back"), &json!("cancelled"))
    );
    assert_eq!(
        (canary.versions(), rest.versions()),
        (["v1", "v2", "v1"].map(str::to_owned).to_vec(), vec!["v1".to_owned()])
    );
    // Nobody said that the release is bad.
    place.plan(&second, "promote").await.expect(200);
}

#[tokio::test]
async fn there_is_one_flow_for_a_project_and_its_version_counts_its_stages() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    let flow = |name: &str, project: Value| {
        let stages = json!([{"environment": "dev"}, {"environment": "production"}]);
        json!({"workspace_id": place.workspace, "name": name, "project_id": project, "stages": stages})
    };
    let first = place.admin.post("/promotion-flows", flow("standard", Value::Null)).await.expect(201);
    let taken = place.admin.post("/promotion-flows", flow("other", Value::Null)).await.expect(409);
    assert_eq!(taken.body["existing_id"], json!(first.id()));
    place.admin.post("/promotion-flows", flow("own", json!(place.project))).await.expect(201);
    let path = format!("/promotion-flows/{}", first.id());
    let named = place.admin.patch(&path, &first.etag(), json!({"name": "usual"})).await.expect(200);
    assert_eq!(named.body["version"], 1);
    let stages = json!({"stages": [{"environment": "dev"}]});
    let changed = place.admin.patch(&path, &named.etag(), stages).await.expect(200);
    assert_eq!(changed.body["version"], 2);
    let twice = json!({"stages": [{"environment": "dev"}, {"environment": "dev"}]});
    let refused = place.admin.patch(&path, &changed.etag(), twice).await.expect(422);
    assert_eq!(refused.errors(), ["/stages/1/environment duplicate"]);
}

#[tokio::test]
async fn a_freeze_window_is_there_once_or_every_week() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    let window = |more: Value| {
        let mut body = json!({"workspace_id": place.workspace, "name": "freeze"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let backwards = json!({"once": {"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}});
    let refused = place.admin.post("/freeze-windows", window(backwards)).await.expect(422);
    assert_eq!(refused.errors(), ["/once/ends_at order"]);
    let weekend = json!({"weekly": {"days": ["friday"], "start": "17:00", "duration_minutes": 3780}});
    let mut elsewhere = weekend.clone();
    elsewhere["scope"] = json!({"project_ids": [place.environment]});
    let refused = place.admin.post("/freeze-windows", window(elsewhere)).await.expect(422);
    assert_eq!(refused.errors(), ["/scope/project_ids/0 not_found"]);
    let weekly = place.admin.post("/freeze-windows", window(weekend)).await.expect(201);
    let once = json!({"once": {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-02T00:00:00Z"}});
    let path = format!("/freeze-windows/{}", weekly.id());
    let changed = place.admin.patch(&path, &weekly.etag(), once).await.expect(200);
    assert_eq!(changed.body["weekly"], Value::Null);
}

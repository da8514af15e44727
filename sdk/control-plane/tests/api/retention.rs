//! What is not kept any longer.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    webhooks::busy_world,
    world::{Caller, ON_POSTGRES, World},
};

const DAY: i64 = 24 * 60 * 60;

/// A project with a pipeline in a workspace that keeps builds and logs for so many days.
async fn pipeline(admin: &Caller<'_>, slug: &str, builds: i64, logs: i64) -> (String, String) {
    let retention = json!({"builds_days": builds, "logs_days": logs});
    let workspace =
        admin.post("/workspaces", json!({"name": slug, "retention": retention})).await.expect(201);
    let project = admin.project(&workspace.id(), "web").await.id();
    let pipeline = admin.pipeline(&project, "ci").await.id();
    (project, pipeline)
}

/// The path of a build that has ended, of a commit that is all one digit.
async fn build(admin: &Caller<'_>, pipeline: &str, digit: &str) -> String {
    let body = json!({"pipeline_id": pipeline, "commit_sha": digit.repeat(40)});
    let accepted = admin.post("/builds", body).await.expect(202);
    admin.finished(&accepted).await;
    format!("/builds/{}", accepted.id())
}

/// Moves the clock on and waits until the job has looked.
async fn pass(world: &World, days: i64) {
    world.advance(days * DAY);
    let now = format!("{:.6}", world.now());
    let looked = async {
        let due = "SELECT due_at FROM jobs WHERE kind = 'retention' AND claimed_by IS NULL";
        while world.sql(due).await.first().is_none_or(|due_at| *due_at <= now) {}
    };
    tokio::time::timeout(Duration::from_secs(20), looked).await.expect("the job looks");
}

async fn lines(admin: &Caller<'_>, path: &str) -> usize {
    admin.get(&format!("{path}/logs")).await.expect(200).body["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn logs_go_and_then_builds_as_their_workspace_says() {
    let world = busy_world().await;
    let twin = if ON_POSTGRES { Some(world.twin().await) } else { None };
    let admin = world.admin();
    let ((_, mine), (_, others)) =
        (pipeline(&admin, "acme", 10, 3).await, pipeline(&admin, "other", 90, 30).await);
    let (first, second) = (build(&admin, &mine, "a").await, build(&admin, &mine, "b").await);
    let other = build(&admin, &others, "a").await;
    build(&admin, &others, "b").await;
    pass(&world, 2).await;
    assert!(lines(&admin, &first).await > 0);

    pass(&world, 2).await;
    assert_eq!([lines(&admin, &first).await, lines(&admin, &second).await], [0, 0]);
    assert!(lines(&admin, &other).await > 0);
    let operation = admin.get(&first).await.expect(200).body["operation_id"].as_str().unwrap().to_owned();

    pass(&world, 7).await;
    admin.get(&first).await.expect(404);
    admin.get(&format!("/operations/{operation}")).await.expect(404);
    admin.get(&second).await.expect(200);
    admin.get(&other).await.expect(200);
    let told = admin.get("/audit-events?event_type=build.expire").await.expect(200).body["data"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1, "{told:#}");
    assert_eq!((&told[0]["actor"], &told[0]["user_id"]), (&json!("sparki-control-plane"), &Value::Null));
    let expected = json!({
        "ended_before": "2026-01-02T00:00:00.000000Z", "ids": [first.strip_prefix("/builds/").unwrap()],
    });
    assert_eq!(told[0]["details"], expected);
    assert_eq!(admin.get("/audit-events:verify").await.expect(200).body["state"], "whole");
    if let Some(twin) = twin {
        twin.stop().await;
    }
}

#[tokio::test]
async fn a_build_stays_that_something_was_made_of() {
    let world = busy_world().await;
    let admin = world.admin();
    let (project, pipeline) = pipeline(&admin, "acme", 10, 3).await;
    let (released, deployed) = (build(&admin, &pipeline, "a").await, build(&admin, &pipeline, "b").await);
    let checked = build(&admin, &pipeline, "a").await;
    let unused = build(&admin, &pipeline, "c").await;
    build(&admin, &pipeline, "d").await;
    let id = |path: &str| path.strip_prefix("/builds/").unwrap().to_owned();
    let release = json!({"project_id": project, "version": "1", "build_id": id(&released)});
    admin.post("/releases", release).await.expect(201);
    let environment = admin.environment(&project, "dev").await.id();
    admin.target(&environment, "render").await;
    let body = json!({"environment_id": environment, "build_id": id(&deployed)});
    let accepted = admin.post("/deployments", body).await.expect(202);
    admin.finished(&accepted).await;
    let deployment = format!("/deployments/{}", accepted.id());
    assert!(lines(&admin, &deployment).await > 0);

    pass(&world, 11).await;
    for build in [&released, &deployed, &checked] {
        admin.get(build).await.expect(200);
    }
    admin.get(&unused).await.expect(404);
    assert_eq!(lines(&admin, &deployment).await, 0);
    admin.get(&deployment).await.expect(200);
}

//! What tests of promotions start from.

use serde_json::{Value, json};

use crate::{
    delivery::{Place, check},
    receiver::Receiver,
    world::{Caller, Reply, World},
};

/// A place that deploys to a receiver and is not watched afterwards.
pub(crate) async fn place<'a>(world: &'a World, receiver: &Receiver) -> Place<'a> {
    Place::with_webhook(world.admin(), receiver, json!({"rollback": {"observe_seconds": 0}})).await
}

impl<'a> Place<'a> {
    /// Another environment of the same project, which deploys to a receiver.
    pub(crate) async fn beside(&self, slug: &str, receiver: &Receiver, rollback: Value) -> Place<'a> {
        let environment = self.admin.environment(&self.project, slug).await.id();
        let (workspace, project) = (self.workspace.clone(), self.project.clone());
        let place = Place { admin: self.admin.clone(), workspace, project, environment };
        let body = json!({
            "name": "hook", "platform": "custom", "settings": {"webhook_url": format!("{}/deploy", receiver.url)},
            "health_checks": [check(receiver)], "rollback": rollback,
        });
        place.target(body).await;
        place
    }

    /// Puts a gate in front of the environment.
    pub(crate) async fn gate(&self, name: &str, condition: Value) -> Reply {
        let mut body = json!({"environment_id": self.environment, "name": name});
        body.as_object_mut().unwrap().extend(condition.as_object().unwrap().clone());
        self.admin.post("/environment-gates", body).await.expect(201)
    }

    pub(crate) async fn plan(&self, release: &str, operation: &str) -> Reply {
        let body = json!({"environment_id": self.environment, "release_id": release, "operation": operation});
        self.admin.post("/promotions:plan", body).await
    }

    /// Asks for a promotion by a new plan.
    pub(crate) async fn promote(&self, release: &str, more: Value) -> Reply {
        let operation = more["operation"].as_str().unwrap_or("promote");
        let plan = self.plan(release, operation).await.expect(200).body;
        let mut body = json!({
            "environment_id": self.environment, "release_id": release, "plan_digest": plan["digest"],
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.admin.post("/promotions", body).await
    }

    /// The promotion that was accepted, once it has ended.
    pub(crate) async fn ended(&self, accepted: &Reply) -> Reply {
        self.admin.finished(accepted).await;
        self.promotion(&accepted.id()).await
    }

    pub(crate) async fn promotion(&self, id: &str) -> Reply {
        self.admin.get(&format!("/promotions/{id}")).await.expect(200)
    }

    /// The promotion, once this has happened to it.
    pub(crate) async fn once(&self, id: &str, happened: &str) -> Reply {
        let mut after = "0".to_owned();
        let name = format!("promotion.{happened}");
        loop {
            let path = format!("/promotions/{id}/events?after={after}&wait=30s");
            let page = self.admin.get(&path).await.expect(200).body;
            let mut events = page["data"].as_array().unwrap().iter();
            if events.any(|event| event["type"] == json!(name)) {
                return self.promotion(id).await;
            }
            let ended = format!("{name} did not happen: {page:#}");
            page["next_cursor"].as_str().expect(&ended).clone_into(&mut after);
        }
    }

    /// Promotes a new release that nothing holds up.
    pub(crate) async fn bring(&self, version: &str) -> String {
        let release = self.release(version).await;
        let accepted = self.promote(&release, json!({})).await.expect(202);
        assert_eq!(self.ended(&accepted).await.body["status"], "succeeded");
        release
    }
}

pub(crate) async fn approve(caller: &Caller<'_>, promotion: &Reply) -> Reply {
    let body = json!({"plan_digest": promotion.body["plan_digest"]});
    caller.post(&format!("/promotions/{}:approve", promotion.id()), body).await
}

/// What has happened to a promotion, without the changes that moved nothing.
pub(crate) async fn story(place: &Place<'_>, id: &str) -> Vec<String> {
    let events = place.admin.get(&format!("/promotions/{id}/events")).await.expect(200).body;
    let events = events["data"].as_array().unwrap().iter();
    let names = events.map(|event| event["type"].as_str().unwrap().replace("promotion.", ""));
    names.filter(|name| name != "progressed").collect()
}

/// Each gate as its name and status.
pub(crate) fn gates(promotion: &Reply) -> Vec<String> {
    let gates = promotion.body["gates"].as_array().unwrap().iter();
    gates
        .map(|gate| format!("{} {}", gate["name"].as_str().unwrap(), gate["status"].as_str().unwrap()))
        .collect()
}

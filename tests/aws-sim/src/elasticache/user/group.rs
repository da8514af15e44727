//! Groups of users.

use serde_json::json;

use super::account::{DEFAULT, check_engine, name_of};
use crate::{
    calls::Call,
    document::Document,
    elasticache::state::{Key, key},
    marked::marked,
    refusal::Refusal,
    tag_list::untagged,
    world::{Object, World},
};

/// AWS takes seconds.
const SECONDS: i64 = 30;

pub(in crate::elasticache) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let id = input.given("UserGroupId").to_lowercase();
    if world.elasticache.user_groups.contains_key(&key(call, &id)) {
        return Err(Refusal::new("UserGroupAlreadyExistsFault", format!("User Group {id} already exists.")));
    }
    let engine = input.given("Engine").to_lowercase();
    check_engine(&engine)?;
    let user_ids = lowercase(input.texts("UserIds"));
    check_users(world, call, &engine, &user_ids)?;
    let document = Document::new()
        .with("UserGroupId", id.as_str())
        .with("Status", "creating")
        .with("Engine", engine)
        .with("UserIds", json!(user_ids))
        .with("MinimumEngineVersion", "6.0")
        .with("ReplicationGroups", json!([]))
        .with("ARN", call.arn(world, "elasticache", &format!("usergroup:{id}")))
        .with("TagList", input.list("Tags").to_vec());
    let object = world.object(document.clone());
    let serial = object.serial;
    world.elasticache.user_groups.insert(key(call, &id), object);
    settle(world, key(call, &id), serial);
    Ok(untagged(&document))
}

fn lowercase(ids: Vec<String>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_lowercase()).collect()
}

/// Everybody has to be there, names are used once, and Redis wants a default user.
fn check_users(world: &World, call: &Call, engine: &str, ids: &[String]) -> Result<(), Refusal> {
    let mut names = ids.iter().map(|id| name_of(world, call, id)).collect::<Result<Vec<_>, _>>()?;
    if engine == "redis" && !names.iter().any(|name| name == DEFAULT) {
        let message = "User group should contain a user with the user name: default.";
        return Err(Refusal::new("DefaultUserRequired", message));
    }
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        let message = "Two or more users of the group have the same name.";
        return Err(Refusal::new("DuplicateUserNameFault", message));
    }
    Ok(())
}

fn settle(world: &mut World, key: Key, serial: u64) {
    world.after(SECONDS, move |world| {
        if let Some(group) = world.elasticache.user_groups.get_mut(&key).filter(|it| it.serial == serial) {
            group.document.set("Status", "active");
            group.document.remove("PendingChanges");
        }
    });
}

/// The group of this id.
pub(in crate::elasticache) fn user_group<'a>(
    world: &'a World,
    call: &Call,
    id: &str,
) -> Result<&'a Object, Refusal> {
    let found = world.elasticache.user_groups.get(&key(call, id)).filter(|it| call.sees(it, world));
    found.ok_or_else(|| Refusal::new("UserGroupNotFoundFault", format!("User Group {id} not found.")))
}

/// The replication groups in a region that a group of users may use.
fn users_of(world: &World, call: &Call, id: &str) -> Vec<String> {
    let groups = world.elasticache.groups.iter().filter(|((region, _), group)| {
        *region == call.region && group.object.document.texts("UserGroupIds").iter().any(|it| it == id)
    });
    groups.map(|((_, name), _)| name.clone()).collect()
}

fn shown(world: &World, call: &Call, document: &Document) -> Document {
    let users = users_of(world, call, document.given("UserGroupId"));
    untagged(document).with("ReplicationGroups", users)
}

pub(in crate::elasticache) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    if let Some(id) = call.input.text("UserGroupId") {
        let document = shown(world, call, &user_group(world, call, id)?.document);
        return Ok(marked(call, "UserGroups", [(id.to_owned(), document)]));
    }
    let groups = world.elasticache.user_groups.iter();
    let seen = groups.filter(|((region, _), it)| *region == call.region && call.sees(it, world));
    Ok(marked(call, "UserGroups", seen.map(|((_, id), it)| (id.clone(), shown(world, call, &it.document)))))
}

pub(in crate::elasticache) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let id = input.given("UserGroupId").to_lowercase();
    let found = user_group(world, call, &id)?;
    let (serial, mut document) = (found.serial, found.document.clone());
    check_active(&document)?;
    let (added, removed) =
        (lowercase(input.texts("UserIdsToAdd")), lowercase(input.texts("UserIdsToRemove")));
    let mut ids = document.texts("UserIds");
    if removed.iter().any(|id| !ids.contains(id)) || added.iter().any(|id| ids.contains(id)) {
        return Err(Refusal::invalid_value(
            "Users to add are in the group already, or users to remove are not",
        ));
    }
    ids.retain(|id| !removed.contains(id));
    ids.extend(added.clone());
    check_users(world, call, document.given("Engine"), &ids)?;
    document.set("UserIds", json!(ids));
    document.set("Status", "modifying");
    document.set("PendingChanges", json!({ "UserIdsToAdd": added, "UserIdsToRemove": removed }));
    if let Some(group) = world.elasticache.user_groups.get_mut(&key(call, &id)) {
        group.document = document.clone();
    }
    settle(world, key(call, &id), serial);
    Ok(shown(world, call, &document))
}

fn check_active(document: &Document) -> Result<(), Refusal> {
    if document.text("Status") == Some("active") {
        return Ok(());
    }
    let message = format!("User group {} is not in active state.", document.given("UserGroupId"));
    Err(Refusal::new("InvalidUserGroupStateFault", message))
}

pub(in crate::elasticache) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let id = call.input.given("UserGroupId").to_lowercase();
    let found = user_group(world, call, &id)?;
    let (serial, document) = (found.serial, found.document.clone());
    check_active(&document)?;
    if let Some(user) = users_of(world, call, &id).first() {
        let message = format!("User group {id} is associated with replication group {user}.");
        return Err(Refusal::new("InvalidUserGroupStateFault", message));
    }
    let document = document.with("Status", "deleting");
    let key = key(call, &id);
    if let Some(group) = world.elasticache.user_groups.get_mut(&key) {
        group.document = document.clone();
    }
    world.after(SECONDS, move |world| {
        if world.elasticache.user_groups.get(&key).is_some_and(|it| it.serial == serial) {
            world.elasticache.user_groups.remove(&key);
        }
    });
    Ok(untagged(&document))
}

//! Users.

use serde_json::{Value, json};

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

/// The user that every account has from the beginning.
pub(super) const DEFAULT: &str = "default";

pub(in crate::elasticache) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let id = input.given("UserId").to_lowercase();
    if world.elasticache.users.contains_key(&key(call, &id)) || id == DEFAULT {
        return Err(Refusal::new("UserAlreadyExistsFault", format!("User {id} already exists.")));
    }
    let engine = input.given("Engine").to_lowercase();
    check_engine(&engine)?;
    let document = Document::new()
        .with("UserId", id.as_str())
        .with("UserName", input.given("UserName"))
        .with("Status", "creating")
        .with("Engine", engine)
        .with("MinimumEngineVersion", "6.0")
        .with("AccessString", input.given("AccessString"))
        .with("UserGroupIds", json!([]))
        .with("Authentication", authentication(input)?)
        .with("ARN", call.arn(world, "elasticache", &format!("user:{id}")))
        .with("TagList", input.list("Tags").to_vec());
    let object = world.object(document.clone());
    let serial = object.serial;
    world.elasticache.users.insert(key(call, &id), object);
    settle(world, key(call, &id), serial);
    Ok(untagged(&document))
}

pub(super) fn check_engine(engine: &str) -> Result<(), Refusal> {
    if ["redis", "valkey"].contains(&engine) {
        return Ok(());
    }
    Err(Refusal::invalid_value(format!("Invalid engine: {engine}")))
}

/// How a user proves who they are. Passwords are counted and forgotten.
fn authentication(input: &Document) -> Result<Value, Refusal> {
    let mode = input.inner("AuthenticationMode");
    let passwords = [input.texts("Passwords"), mode.texts("Passwords")].concat();
    let needs_none =
        input.flag("NoPasswordRequired") == Some(true) || mode.text("Type") == Some("no-password-required");
    if mode.text("Type") == Some("iam") {
        return Ok(json!({ "Type": "iam" }));
    }
    if needs_none != passwords.is_empty() {
        return Err(Refusal::invalid_combination(
            "Give passwords, or say that none is required, and not both.",
        ));
    }
    if passwords.len() > 2 || passwords.iter().any(|it| !(16..=128).contains(&it.len())) {
        return Err(Refusal::invalid_value("There are one or two passwords, of 16 to 128 characters each."));
    }
    Ok(match passwords.len() {
        0 => json!({ "Type": "no-password" }),
        count => json!({ "Type": "password", "PasswordCount": count }),
    })
}

fn settle(world: &mut World, key: Key, serial: u64) {
    world.after(SECONDS, move |world| {
        if let Some(user) = world.elasticache.users.get_mut(&key).filter(|it| it.serial == serial) {
            user.document.set("Status", "active");
        }
    });
}

pub(super) fn user<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Object, Refusal> {
    let found = world.elasticache.users.get(&key(call, id)).filter(|it| call.sees(it, world));
    found.ok_or_else(|| Refusal::new("UserNotFoundFault", format!("User {id} not found.")))
}

/// The name of a user, the default one included.
pub(super) fn name_of(world: &World, call: &Call, id: &str) -> Result<String, Refusal> {
    if id.eq_ignore_ascii_case(DEFAULT) {
        return Ok(DEFAULT.to_owned());
    }
    Ok(user(world, call, id)?.document.given("UserName").to_owned())
}

pub(in crate::elasticache) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let with_groups = |id: &str, document: &Document| {
        let groups = world.elasticache.user_groups.iter().filter(|((region, _), it)| {
            *region == call.region && it.document.texts("UserIds").iter().any(|it| it == id)
        });
        let groups: Vec<&str> = groups.map(|((_, group), _)| group.as_str()).collect();
        (id.to_owned(), untagged(document).with("UserGroupIds", groups))
    };
    if let Some(id) = call.input.text("UserId").filter(|id| !id.eq_ignore_ascii_case(DEFAULT)) {
        let found = user(world, call, id)?;
        return Ok(marked(call, "Users", [with_groups(found.document.given("UserId"), &found.document)]));
    }
    let default = Document::new()
        .with("UserId", DEFAULT)
        .with("UserName", DEFAULT)
        .with("Status", "active")
        .with("Engine", "redis")
        .with("MinimumEngineVersion", "6.0")
        .with("AccessString", "on ~* +@all")
        .with("Authentication", json!({ "Type": "no-password" }))
        .with("ARN", call.arn(world, "elasticache", "user:default"));
    let only_default = call.input.has("UserId");
    let users = world
        .elasticache
        .users
        .iter()
        .filter(|((region, _), it)| !only_default && *region == call.region && call.sees(it, world));
    let mut users: Vec<_> = users.map(|((_, id), it)| with_groups(id, &it.document)).collect();
    users.push(with_groups(DEFAULT, &default));
    users.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(marked(call, "Users", users))
}

pub(in crate::elasticache) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let id = input.given("UserId").to_lowercase();
    let found = user(world, call, &id)?;
    let (serial, mut document) = (found.serial, found.document.clone());
    check_active(&document)?;
    document.carry(input, &["AccessString"]);
    if let Some(more) = input.text("AppendAccessString") {
        let all = format!("{} {more}", document.given("AccessString"));
        document.set("AccessString", all);
    }
    if ["Passwords", "NoPasswordRequired", "AuthenticationMode"].iter().any(|member| input.has(member)) {
        document.set("Authentication", authentication(input)?);
    }
    document.set("Status", "modifying");
    if let Some(user) = world.elasticache.users.get_mut(&key(call, &id)) {
        user.document = document.clone();
    }
    settle(world, key(call, &id), serial);
    Ok(untagged(&document))
}

fn check_active(document: &Document) -> Result<(), Refusal> {
    if document.text("Status") == Some("active") {
        return Ok(());
    }
    let message = format!("User {} is not in active state.", document.given("UserId"));
    Err(Refusal::new("InvalidUserStateFault", message))
}

/// Groups lose a user that is deleted.
pub(in crate::elasticache) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let id = call.input.given("UserId").to_lowercase();
    if id == DEFAULT {
        return Err(Refusal::invalid_value("The default user cannot be deleted"));
    }
    let found = user(world, call, &id)?;
    let (serial, document) = (found.serial, found.document.clone());
    check_active(&document)?;
    let document = document.with("Status", "deleting");
    let key = key(call, &id);
    if let Some(user) = world.elasticache.users.get_mut(&key) {
        user.document = document.clone();
    }
    world.after(SECONDS, move |world| {
        if world.elasticache.users.get(&key).is_none_or(|it| it.serial != serial) {
            return;
        }
        world.elasticache.users.remove(&key);
        for ((region, _), group) in &mut world.elasticache.user_groups {
            if *region == key.0 {
                let mut ids = group.document.texts("UserIds");
                ids.retain(|id| *id != key.1);
                group.document.set("UserIds", json!(ids));
            }
        }
    });
    Ok(untagged(&document))
}

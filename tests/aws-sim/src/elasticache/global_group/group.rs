//! A global replication group, and how it is described.

use serde_json::{Value, json};

use crate::{
    calls::Call,
    document::Document,
    elasticache::state::{ElastiCache, Key},
    refusal::Refusal,
    tag_list::untagged,
    world::{Object, World},
};

/// A global replication group.
#[derive(Debug)]
pub(in crate::elasticache) struct GlobalGroup {
    /// Its description, without its members.
    pub(in crate::elasticache) object: Object,
    pub(super) members: Vec<Member>,
}

/// A replication group in it.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key: Key,
    pub(super) role: Role,
    pub(super) status: &'static str,
}

/// What a member does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It takes writes.
    Primary,
    /// It follows the primary.
    Secondary,
}

impl Role {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Secondary => "SECONDARY",
        }
    }
}

impl GlobalGroup {
    pub(super) fn id(&self) -> &str {
        self.object.document.given("GlobalReplicationGroupId")
    }

    pub(super) fn primary(&self) -> Option<&Member> {
        self.members.iter().find(|member| member.role == Role::Primary)
    }

    pub(super) fn secondaries(&self) -> usize {
        self.members.iter().filter(|member| member.role == Role::Secondary).count()
    }

    /// What it is when nothing happens to it.
    pub(super) fn rest(&self) -> &'static str {
        if self.secondaries() == 0 { "primary-only" } else { "available" }
    }

    /// What DescribeGlobalReplicationGroups answers with.
    pub(super) fn described(&self, caches: &ElastiCache) -> Document {
        let members = self.members.iter().map(|member| {
            let group = caches.groups.get(&member.key);
            let failover = group.and_then(|group| group.object.document.text("AutomaticFailover"));
            json!({
                "ReplicationGroupId": member.key.1,
                "ReplicationGroupRegion": member.key.0.as_str(),
                "Role": member.role.as_str(),
                "AutomaticFailover": failover.unwrap_or("disabled"),
                "Status": member.status,
            })
        });
        untagged(&self.object.document).with("Members", members.collect::<Vec<Value>>())
    }
}

/// The global group that a request is about.
pub(super) fn global<'a>(world: &'a World, call: &Call) -> Result<&'a GlobalGroup, Refusal> {
    let id = call.input.given("GlobalReplicationGroupId");
    let found = world.elasticache.global_groups.get(id).filter(|it| call.sees(&it.object, world));
    found.ok_or_else(|| missing(id))
}

pub(super) fn missing(id: &str) -> Refusal {
    let message = format!("The global replication group {id} does not exist");
    Refusal::new("GlobalReplicationGroupNotFoundFault", message)
}

/// The same, if nothing happens to it.
pub(super) fn at_rest<'a>(world: &'a World, call: &Call) -> Result<&'a GlobalGroup, Refusal> {
    let found = global(world, call)?;
    let status = found.object.document.given("Status");
    if ["available", "primary-only"].contains(&status) {
        return Ok(found);
    }
    let message = format!("Global replication group {} is {status}", found.id());
    Err(Refusal::new("InvalidGlobalReplicationGroupStateFault", message))
}

/// What a change answers with: the global group as it is now.
pub(super) fn answer(world: &World, id: &str) -> Result<Document, Refusal> {
    let group = world.elasticache.global_groups.get(id).ok_or_else(|| missing(id))?;
    Ok(Document::new().with("GlobalReplicationGroup", group.described(&world.elasticache)))
}

/// A change that takes its time.
pub(super) struct Change {
    /// What the group is meanwhile.
    pub(super) status: &'static str,
    pub(super) seconds: i64,
}

/// Lets a change begin: the group has this status until so many seconds later, and then what `end` makes of it.
pub(super) fn during(
    world: &mut World,
    id: &str,
    change: Change,
    end: impl FnOnce(&mut World, &str) + Send + 'static,
) {
    let Some(group) = world.elasticache.global_groups.get_mut(id) else { return };
    group.object.document.set("Status", change.status);
    let (id, serial) = (id.to_owned(), group.object.serial);
    world.after(change.seconds, move |world| {
        if world.elasticache.global_groups.get(&id).is_none_or(|group| group.object.serial != serial) {
            return;
        }
        end(world, &id);
        if let Some(group) = world.elasticache.global_groups.get_mut(&id) {
            let rest = group.rest();
            group.object.document.set("Status", rest);
        }
    });
}

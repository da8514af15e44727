//! How route tables are found, made and removed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, Route, RouteState, RouteTable as WireTable, Subnet as WireSubnet};
use sparki_aws::{AwsError, Class, Consistency, Nonce, Seen};
use sparki_core::RemoteError;

use super::carry_out::Work;
use super::part_tags::{Part, TableKey};
use super::parts::{PartTags, Parts, Table, Target};
use super::routes::{RouteStep, WasRouted};
use super::wanted::Whole;
use crate::ec2::{Session, filter, make, once, once_free, specification, tag_map};

/// Everywhere.
const DEFAULT: &str = "0.0.0.0/0";
/// What AWS says about an association that is gone.
const NO_ASSOCIATION: &str = "InvalidAssociationID.NotFound";

/// Takes a step.
pub(super) async fn take(work: Work<'_>, parts: &mut Parts, step: &RouteStep) -> Result<(), RemoteError> {
    let (session, doing, vpc) = (work.session, work.doing, &work.wanted.vpc);
    let route = |parts: &mut Parts, id: &str, target: Option<Target>| {
        let known = parts.tables.iter_mut().filter(|table| table.id == id);
        known.for_each(|table| table.default_route.clone_from(&target));
    };
    match step {
        RouteStep::Make(key) => parts.tables.push(create(session, doing, vpc, key).await?),
        RouteStep::Set { table, target, was, .. } => {
            set(session, doing, (table, *was), target).await?;
            route(parts, table, Some(target.clone()));
        }
        RouteStep::Associate { table, subnet, former } => {
            let made = associate(session, doing, (table, subnet), former.as_deref()).await?;
            for known in &mut parts.tables {
                known.subnets.remove(subnet);
                if known.id == *table {
                    known.subnets.insert(subnet.clone(), made.clone());
                }
            }
        }
        RouteStep::AwaitFree(id) => {
            await_free(session, doing, vpc, id).await?;
            let ours = &parts.subnets;
            let known = parts.tables.iter_mut().filter(|table| table.id == *id);
            known.for_each(|table| {
                table.subnets.retain(|subnet, _| ours.iter().any(|known| known.id == *subnet));
            });
        }
        RouteStep::Unset(table) => {
            unset(session, doing, table).await?;
            route(parts, table, None);
        }
        RouteStep::Remove(id) => {
            delete(session, doing, vpc, id).await?;
            parts.tables.retain(|table| table.id != *id);
        }
    }
    Ok(())
}

/// The tables of the VPC.
pub(super) async fn look(session: &Session<'_>, vpc: &Whole) -> Result<Vec<Table>, AwsError> {
    let request = session.client.describe_route_tables().filters(filter("vpc-id", &vpc.id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let read = |it: &WireTable| table(it, tag_map(it.tags()), vpc);
    Ok(found.map_err(AwsError::from)?.iter().filter_map(read).collect())
}

fn table(it: &WireTable, tags: PartTags, vpc: &Whole) -> Option<Table> {
    let Part::Table(key) = Part::of(&tags, vpc.mark.as_str())? else { return None };
    let default = it.routes().iter().find(|route| route.destination_cidr_block() == Some(DEFAULT));
    let associations = it.associations().iter();
    let subnets = associations.filter_map(|association| {
        Some((association.subnet_id()?, association.route_table_association_id()?))
    });
    let subnets: BTreeMap<_, _> = subnets.map(|(subnet, id)| (subnet.to_owned(), id.to_owned())).collect();
    Some(Table {
        id: it.route_table_id()?.to_owned(),
        tags,
        key,
        default_route: default.map(leads_to),
        subnets,
    })
}

fn leads_to(route: &Route) -> Target {
    let is_gone = route.state() == Some(&RouteState::Blackhole);
    match (route.nat_gateway_id(), route.gateway_id()) {
        (Some(_), _) if is_gone => Target::Gone,
        (None, Some(gateway)) if is_gone && gateway.starts_with("igw-") => Target::Gone,
        (Some(nat), _) => Target::Nat(nat.to_owned()),
        (None, Some(gateway)) if gateway.starts_with("igw-") => Target::Gateway(gateway.to_owned()),
        (None, Some(_) | None) => Target::Elsewhere,
    }
}

/// Makes a table.
async fn create(
    session: &Session<'_>,
    doing: &str,
    vpc: &Whole,
    key: &TableKey,
) -> Result<Table, RemoteError> {
    let tags = vpc.tags_of(&Part::Table(key.clone()));
    let token = Nonce::random();
    let find = || async { Ok(look(session, vpc).await?.into_iter().find(|it| it.key == *key)) };
    let send = || async {
        let request = session.client.create_route_table().vpc_id(&vpc.id).client_token(token.as_str());
        let request = request.tag_specifications(specification(ResourceType::RouteTable, &tags));
        let answer = request.customize().config_override(once()).send().await.map_err(AwsError::from)?;
        Ok(answer.route_table().and_then(|it| table(it, tags.clone().into_iter().collect(), vpc)))
    };
    make(session, doing, find, send).await
}

/// Makes the default route of a table lead somewhere.
async fn set(
    session: &Session<'_>,
    doing: &str,
    (table, was): (&str, WasRouted),
    target: &Target,
) -> Result<(), RemoteError> {
    let (gateway, nat) = match target {
        Target::Gateway(id) => (Some(id.clone()), None),
        Target::Nat(id) => (None, Some(id.clone())),
        Target::Gone | Target::Elsewhere => return Ok(()),
    };
    if was == WasRouted::Not {
        let send = || async {
            let request = session.client.create_route().route_table_id(table).destination_cidr_block(DEFAULT);
            let request = request.set_gateway_id(gateway.clone()).set_nat_gateway_id(nat.clone());
            request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
        };
        match session.send(Consistency::Propagation, doing, send).await? {
            Ok(_) => return Ok(()),
            // Of a request whose answer was lost, or of somebody else in the meantime.
            Err(error) if error.class() == Class::Conflict => {}
            Err(error) => return Err(error.changing(doing)),
        }
    }
    let send = || async {
        let request = session.client.replace_route().route_table_id(table).destination_cidr_block(DEFAULT);
        let request = request.set_gateway_id(gateway.clone()).set_nat_gateway_id(nat.clone());
        request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
    };
    session.change(Consistency::Propagation, doing, send).await?;
    Ok(())
}

/// Removes the default route of a table.
async fn unset(session: &Session<'_>, doing: &str, table: &str) -> Result<(), RemoteError> {
    let send = || async {
        let request = session.client.delete_route().route_table_id(table).destination_cidr_block(DEFAULT);
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Free, doing, send).await
}

/// Makes a subnet use a table, instead of the one that it is associated with by `former`; the new association.
async fn associate(
    session: &Session<'_>,
    doing: &str,
    (table, subnet): (&str, &str),
    former: Option<&str>,
) -> Result<String, RemoteError> {
    let send = || async {
        let sent = match former {
            Some(former) => {
                let request = session.client.replace_route_table_association();
                let sent = request.association_id(former).route_table_id(table).send().await;
                sent.map(|answer| answer.new_association_id).map_err(AwsError::from)
            }
            None => {
                let request = session.client.associate_route_table().route_table_id(table).subnet_id(subnet);
                let sent = request.send().await;
                sent.map(|answer| answer.association_id).map_err(AwsError::from)
            }
        };
        sent.map_err(|error| {
            let is_former = error.code() == Some(NO_ASSOCIATION);
            if is_former { error } else { error.of_what_was_just_made() }
        })
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(association) => Ok(association.unwrap_or_default()),
        // The answer to an earlier request was lost. A replaced association is gone, and its successor there.
        Err(error) if matches!(error.class(), Class::Conflict | Class::NotFound | Class::Propagating) => {
            let look = || async {
                let request = session.client.describe_route_tables().route_table_ids(table);
                request.send().await.map_err(AwsError::from)
            };
            let answer = session.send(Consistency::Propagation, doing, look).await?;
            let tables = answer.map_err(|error| error.reading(doing))?.route_tables.unwrap_or_default();
            let mut associations = tables.iter().flat_map(WireTable::associations);
            let there = associations.find(|association| association.subnet_id() == Some(subnet));
            let id = there.and_then(|association| association.route_table_association_id());
            id.map(str::to_owned).ok_or_else(|| error.changing(doing))
        }
        Err(error) => Err(error.changing(doing)),
    }
}

/// Waits until no subnet of others uses a table. An error after the operation's own limit names those that do.
async fn await_free(session: &Session<'_>, doing: &str, vpc: &Whole, id: &str) -> Result<(), RemoteError> {
    let look = || async {
        let (tables, others) = (describe(session, id).await?, others(session, vpc).await?);
        let users: Vec<_> = users(&tables).filter(|subnet| others.contains(*subnet)).collect();
        let by = users.join(", ");
        Ok(if users.is_empty() { Seen::Reached(()) } else { Seen::Pending(format!("{id} in use by {by}")) })
    };
    session.wait(doing, Duration::ZERO, look).await
}

/// Removes a table. Associations with subnets that are gone go with them on AWS, but not with every stand-in. Subnets that
/// others have put there keep their routes: they are waited for, and told.
async fn delete(session: &Session<'_>, doing: &str, vpc: &Whole, id: &str) -> Result<(), RemoteError> {
    let look = || async { Ok((describe(session, id).await?, others(session, vpc).await?)) };
    let answer = session.send(Consistency::Propagation, doing, look).await?;
    let (tables, others) = answer.map_err(|error| error.reading(doing))?;
    for association in tables.iter().flat_map(WireTable::associations) {
        let (Some(subnet), Some(association)) =
            (association.subnet_id(), association.route_table_association_id())
        else {
            continue;
        };
        if others.contains(subnet) {
            continue;
        }
        let send = || async {
            let request = session.client.disassociate_route_table().association_id(association);
            request.send().await.map_err(AwsError::from)
        };
        session.remove(Consistency::Free, doing, send).await?;
    }
    let send = || async {
        session.client.delete_route_table().route_table_id(id).send().await.map_err(AwsError::from)
    };
    let held = |refusal: AwsError| async move {
        let tables = describe(session, id).await?;
        let users: Vec<_> = users(&tables).collect();
        let by = if users.is_empty() { String::new() } else { format!(" by {}", users.join(", ")) };
        Ok(format!("in use{by} ({})", refusal.message().trim_end_matches('.')))
    };
    once_free(session, doing, held, send).await
}

/// Looks at a table; none if it does not exist.
async fn describe(session: &Session<'_>, id: &str) -> Result<Vec<WireTable>, AwsError> {
    let sent = session.client.describe_route_tables().route_table_ids(id).send().await;
    match sent.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.route_tables.unwrap_or_default()),
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The subnets that use a table.
fn users(tables: &[WireTable]) -> impl Iterator<Item = &str> {
    tables.iter().flat_map(WireTable::associations).filter_map(|it| it.subnet_id())
}

/// The subnets that others have put into the VPC.
async fn others(session: &Session<'_>, vpc: &Whole) -> Result<BTreeSet<String>, AwsError> {
    let request = session.client.describe_subnets().filters(filter("vpc-id", &vpc.id));
    let found = request.into_paginator().items().send().collect::<Result<Vec<WireSubnet>, _>>().await;
    let found = found.map_err(AwsError::from)?;
    let others = found.iter().filter(|it| Part::of(&tag_map(it.tags()), vpc.mark.as_str()).is_none());
    Ok(others.filter_map(|it| it.subnet_id().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_to_what_is_gone_is_told_from_one_of_somebody_else() {
        let route = || Route::builder().destination_cidr_block(DEFAULT);
        let gone = || route().state(RouteState::Blackhole);
        assert_eq!(leads_to(&route().nat_gateway_id("nat-1").build()), Target::Nat("nat-1".into()));
        assert_eq!(leads_to(&gone().nat_gateway_id("nat-1").build()), Target::Gone);
        assert_eq!(leads_to(&gone().gateway_id("igw-1").build()), Target::Gone);
        assert_eq!(leads_to(&gone().transit_gateway_id("tgw-1").build()), Target::Elsewhere);
        assert_eq!(leads_to(&route().vpc_peering_connection_id("pcx-1").build()), Target::Elsewhere);
    }
}

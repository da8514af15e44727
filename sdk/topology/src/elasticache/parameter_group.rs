//! The parameters that nodes run with.

use std::collections::BTreeMap;

use aws_sdk_elasticache::types::{CacheParameterGroup, ParameterNameValue};
use sparki_aws::{AwsError, Class, Consistency, Tags};
use sparki_core::RemoteError;

use super::Session;
use crate::operation::{Pages, Remains};

/// The parameter that makes a group one for clusters of shards. It can only be set before anything uses the group.
pub(crate) const CLUSTER_ENABLED: &str = "cluster-enabled";
/// How many parameters a request may have, as the reference of `ModifyCacheParameterGroup` says.
const MOST_AT_ONCE: usize = 20;

/// What is set, by name.
type Parameters = BTreeMap<String, String>;

/// What becomes of a group that something still uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InUse {
    /// It is waited until nothing uses it any more.
    Awaited,
    /// It stays.
    Stays,
}

/// A cache parameter group that belongs to one object and has a name made from the object's.
pub(crate) struct ParameterGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) family: &'a str,
}

impl ParameterGroup<'_> {
    /// Makes it for clusters of shards, or takes up what an earlier run left behind of it, and sets the parameters.
    pub(crate) async fn make(
        &self,
        session: &Session<'_>,
        doing: &str,
        (parameters, tags): (&Parameters, &BTreeMap<String, String>),
    ) -> Result<(), RemoteError> {
        let send = || async {
            let request = session.client.create_cache_parameter_group().description("Made by Sparki");
            let request = request.cache_parameter_group_name(self.name);
            let request = request.cache_parameter_group_family(self.family);
            request.set_tags(Some(Session::wire_tags(tags))).send().await.map_err(AwsError::from)
        };
        if let Err(error) = session.send(Consistency::Propagation, doing, send).await? {
            let found = describe(session, self.name).await.map_err(|error| error.reading(doing))?;
            let Some(arn) = found.as_ref().and_then(CacheParameterGroup::arn) else {
                return Err(error.changing(doing));
            };
            session.take_up(doing, ("cache parameter group", arn), tags).await?;
        }
        let mut prior = all(session, doing, (self.name, Source::User)).await?.unwrap_or_default();
        let mut wanted = parameters.clone();
        wanted.insert(CLUSTER_ENABLED.to_owned(), "yes".to_owned());
        if prior.get(CLUSTER_ENABLED).is_some_and(|value| value == "yes") {
            prior.remove(CLUSTER_ENABLED);
            wanted.remove(CLUSTER_ENABLED);
        }
        self.change(session, doing, (&prior, &wanted)).await
    }

    /// Takes the parameters from one set to another. Those that are no longer set go back to AWS's defaults. The group may
    /// have been made a moment ago.
    pub(crate) async fn change(
        &self,
        session: &Session<'_>,
        doing: &str,
        (prior, wanted): (&Parameters, &Parameters),
    ) -> Result<(), RemoteError> {
        let pair = |name: &String, value: Option<&String>| {
            ParameterNameValue::builder().parameter_name(name).set_parameter_value(value.cloned()).build()
        };
        let set = wanted.iter().filter(|(name, value)| prior.get(*name) != Some(*value));
        let set: Vec<_> = set.map(|(name, value)| pair(name, Some(value))).collect();
        let reset = prior.keys().filter(|name| !wanted.contains_key(*name));
        let reset: Vec<_> = reset.map(|name| pair(name, None)).collect();
        for some in set.chunks(MOST_AT_ONCE) {
            let send = || async {
                let request = session.client.modify_cache_parameter_group();
                let request = request.cache_parameter_group_name(self.name);
                request.set_parameter_name_values(Some(some.to_vec())).send().await.map_err(AwsError::from)
            };
            session.change_new(doing, send).await?;
        }
        for some in reset.chunks(MOST_AT_ONCE) {
            let send = || async {
                let request = session.client.reset_cache_parameter_group();
                let request = request.cache_parameter_group_name(self.name).reset_all_parameters(false);
                request.set_parameter_name_values(Some(some.to_vec())).send().await.map_err(AwsError::from)
            };
            session.change_new(doing, send).await?;
        }
        Ok(())
    }

    /// What is set in the group of this name; none if there is no such group. AWS does not count what is set to its own
    /// default as set, so what the reference names is told with whatever value it has.
    pub(crate) async fn read(
        session: &Session<'_>,
        doing: &str,
        (name, reference): (&str, Option<&Parameters>),
    ) -> Result<Option<Parameters>, RemoteError> {
        let Some(mut set) = all(session, doing, (name, Source::User)).await? else { return Ok(None) };
        if let Some(reference) = reference.filter(|it| it.keys().any(|name| !set.contains_key(name))) {
            let all = all(session, doing, (name, Source::Anything)).await?.unwrap_or_default().into_iter();
            set.extend(all.filter(|(name, _)| reference.contains_key(name)));
        }
        set.remove(CLUSTER_ENABLED);
        Ok(Some(set))
    }

    /// Removes the groups of an object that are Sparki's. `name_of` is the name of that of a family, if it is to go. What
    /// cannot be removed is taken down.
    pub(crate) async fn remove_all(
        session: &Session<'_>,
        doing: &str,
        (name_of, in_use): (impl Fn(&str) -> Option<String>, InUse),
        remains: &mut Remains,
    ) {
        let client = &session.client;
        let send = |token: Option<String>| async move {
            let request = client.describe_cache_parameter_groups().set_marker(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.cache_parameter_groups, answer.marker))
        };
        let command = |name: &str| {
            let region = &session.region;
            format!(
                "aws elasticache delete-cache-parameter-group --region {region} --cache-parameter-group-name {name}"
            )
        };
        let mut pages = Pages::new();
        loop {
            let page = match pages.next(session, doing, send).await {
                Ok(Some(page)) => page,
                Ok(None) => return,
                // Which there are is not known then, only how they are called.
                Err(error) => {
                    return remains.note(Err(error), || command(&name_of("FAMILY").unwrap_or_default()));
                }
            };
            for group in page {
                let family = group.cache_parameter_group_family().unwrap_or_default();
                let (Some(name), Some(arn)) = (group.cache_parameter_group_name(), group.arn()) else {
                    continue;
                };
                if name_of(family).as_deref() == Some(name) {
                    remains.note(remove(session, doing, (name, arn), in_use).await, || command(name));
                }
            }
        }
    }
}

/// Removes a group if it is Sparki's.
async fn remove(
    session: &Session<'_>,
    doing: &str,
    (name, arn): (&str, &str),
    in_use: InUse,
) -> Result<(), RemoteError> {
    let tags = session.tags_of(doing, arn).await?;
    if !Tags::are_sparkis(tags.as_ref()) {
        return Ok(());
    }
    let send = || async {
        let request = session.client.delete_cache_parameter_group().cache_parameter_group_name(name);
        request.send().await.map_err(AwsError::from)
    };
    match in_use {
        InUse::Awaited => session.remove_unused(doing, send).await,
        InUse::Stays => match session.send(Consistency::Propagation, doing, send).await? {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() || error.class() == Class::Conflict => Ok(()),
            Err(error) => Err(error.changing(doing)),
        },
    }
}

async fn describe(session: &Session<'_>, name: &str) -> Result<Option<CacheParameterGroup>, AwsError> {
    let request = session.client.describe_cache_parameter_groups().cache_parameter_group_name(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.cache_parameter_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the values come from that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Somebody has set them.
    User,
    /// Somebody has, or they are AWS's defaults.
    Anything,
}

/// All parameters of a group from a source; none if there is no such group.
async fn all(
    session: &Session<'_>,
    doing: &str,
    (name, source): (&str, Source),
) -> Result<Option<Parameters>, RemoteError> {
    let client = &session.client;
    let send = |token: Option<String>| async move {
        let request = client.describe_cache_parameters().cache_parameter_group_name(name);
        let request = request.set_source((source == Source::User).then(|| "user".to_owned()));
        let answer = request.set_marker(token).send().await.map_err(AwsError::from)?;
        Ok::<_, AwsError>((answer.parameters, answer.marker))
    };
    let (mut pages, mut found) = (Pages::new(), Parameters::new());
    loop {
        match pages.next(session, doing, send).await {
            Ok(Some(page)) => {
                let set = page.into_iter();
                found.extend(set.filter_map(|it| Some((it.parameter_name?, it.parameter_value?))));
            }
            Ok(None) => return Ok(Some(found)),
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

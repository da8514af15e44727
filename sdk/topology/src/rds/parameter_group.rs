//! The parameters that an instance runs with.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::{ApplyMethod, DbParameterGroup, Parameter};
use sparki_aws::{AwsError, Consistency};
use sparki_core::RemoteError;

use super::Session;
use crate::operation::{Pages, Remains};

/// How many parameters a request may have, as the reference of `ModifyDBParameterGroup` says.
const MOST_AT_ONCE: usize = 20;

/// What is set, by name.
type Parameters = BTreeMap<String, String>;

/// A database parameter group that belongs to one object and has a name made from the object's.
pub(crate) struct ParameterGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) family: &'a str,
}

impl ParameterGroup<'_> {
    /// Makes it, or takes up what an earlier run left behind of it, and sets the parameters.
    pub(crate) async fn make(
        &self,
        session: &Session<'_>,
        doing: &str,
        (parameters, tags): (&Parameters, &BTreeMap<String, String>),
    ) -> Result<(), RemoteError> {
        let send = || async {
            let request = session.client.create_db_parameter_group().description("Made by Sparki");
            let request = request.db_parameter_group_name(self.name).db_parameter_group_family(self.family);
            request.set_tags(Some(Session::wire_tags(tags))).send().await.map_err(AwsError::from)
        };
        if let Err(error) = session.send(Consistency::Propagation, doing, send).await? {
            let found = describe(session, self.name).await.map_err(|error| error.reading(doing))?;
            let Some(arn) = found.as_ref().and_then(DbParameterGroup::db_parameter_group_arn) else {
                return Err(error.changing(doing));
            };
            session.take_up(doing, ("database parameter group", arn), tags).await?;
        }
        let prior = Self::read(session, doing, (self.name, None)).await?.unwrap_or_default();
        Self::change(session, doing, self.name, (&prior, parameters)).await
    }

    /// Takes the parameters in the group of this name from one set to another. Those that are no longer set go back to AWS's
    /// defaults. The group may have been made a moment ago.
    pub(crate) async fn change(
        session: &Session<'_>,
        doing: &str,
        name: &str,
        (prior, wanted): (&Parameters, &Parameters),
    ) -> Result<(), RemoteError> {
        let set: Vec<_> = wanted.iter().filter(|(name, value)| prior.get(*name) != Some(*value)).collect();
        let reset: Vec<_> = prior.keys().filter(|name| !wanted.contains_key(*name)).collect();
        if set.is_empty() && reset.is_empty() {
            return Ok(());
        }
        let waiting = waiting(session, doing, name).await?;
        let parameter = |name: &String, value: Option<&String>| {
            let method =
                if waiting.contains(name) { ApplyMethod::PendingReboot } else { ApplyMethod::Immediate };
            let parameter = Parameter::builder().parameter_name(name).apply_method(method);
            parameter.set_parameter_value(value.cloned()).build()
        };
        let set: Vec<_> = set.into_iter().map(|(name, value)| parameter(name, Some(value))).collect();
        let reset: Vec<_> = reset.into_iter().map(|name| parameter(name, None)).collect();
        for some in set.chunks(MOST_AT_ONCE) {
            let send = || async {
                let request = session.client.modify_db_parameter_group().db_parameter_group_name(name);
                request.set_parameters(Some(some.to_vec())).send().await.map_err(AwsError::from)
            };
            session.change_new(doing, send).await?;
        }
        for some in reset.chunks(MOST_AT_ONCE) {
            let send = || async {
                let request = session.client.reset_db_parameter_group().db_parameter_group_name(name);
                let request = request.reset_all_parameters(false).set_parameters(Some(some.to_vec()));
                request.send().await.map_err(AwsError::from)
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
        let pair = |it: Parameter| Some((it.parameter_name?, it.parameter_value?));
        let Some(found) = parameters(session, doing, (name, Some("user"))).await? else { return Ok(None) };
        let mut set: Parameters = found.into_iter().filter_map(pair).collect();
        if let Some(reference) = reference.filter(|it| it.keys().any(|name| !set.contains_key(name))) {
            let all = parameters(session, doing, (name, None)).await?.unwrap_or_default().into_iter();
            set.extend(all.filter_map(pair).filter(|(name, _)| reference.contains_key(name)));
        }
        Ok(Some(set))
    }

    /// Removes the groups of an object, of whichever family, that are Sparki's, as soon as nothing uses them. `name_of` is
    /// the name of that of a family. What cannot be removed is taken down.
    pub(crate) async fn remove_all(
        session: &Session<'_>,
        doing: &str,
        name_of: impl Fn(&str) -> String,
        remains: &mut Remains,
    ) {
        let client = &session.client;
        let send = |token: Option<String>| async move {
            let request = client.describe_db_parameter_groups().set_marker(token);
            let answer = request.send().await.map_err(AwsError::from)?;
            Ok::<_, AwsError>((answer.db_parameter_groups, answer.marker))
        };
        let command = |name: &str| {
            let region = &session.region;
            format!("aws rds delete-db-parameter-group --region {region} --db-parameter-group-name {name}")
        };
        let mut pages = Pages::new();
        loop {
            let page = match pages.next(session, doing, send).await {
                Ok(Some(page)) => page,
                Ok(None) => return,
                // Which there are is not known then, only how they are called.
                Err(error) => return remains.note(Err(error), || command(&name_of("FAMILY"))),
            };
            for group in page {
                let family = group.db_parameter_group_family().unwrap_or_default();
                let (Some(name), Some(arn)) =
                    (group.db_parameter_group_name(), group.db_parameter_group_arn())
                else {
                    continue;
                };
                if name == name_of(family) {
                    remains.note(remove(session, doing, (name, arn)).await, || command(name));
                }
            }
        }
    }
}

/// Removes a group if it is Sparki's, as soon as nothing uses it.
async fn remove(session: &Session<'_>, doing: &str, (name, arn): (&str, &str)) -> Result<(), RemoteError> {
    if !session.is_sparkis(doing, arn).await? {
        return Ok(());
    }
    let send = || async {
        let request = session.client.delete_db_parameter_group().db_parameter_group_name(name);
        request.send().await.map_err(AwsError::from)
    };
    session.remove_unused(doing, send).await
}

/// The parameters of a group that only count when the database has been started anew.
async fn waiting(session: &Session<'_>, doing: &str, name: &str) -> Result<BTreeSet<String>, RemoteError> {
    let found = parameters(session, doing, (name, None)).await?.unwrap_or_default().into_iter();
    let is_static = |it: &Parameter| it.apply_type() == Some("static");
    Ok(found.filter(is_static).filter_map(|it| it.parameter_name).collect())
}

async fn describe(session: &Session<'_>, name: &str) -> Result<Option<DbParameterGroup>, AwsError> {
    let request = session.client.describe_db_parameter_groups().db_parameter_group_name(name);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(answer.db_parameter_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The parameters of a group, of one source or of all; none if there is no such group.
async fn parameters(
    session: &Session<'_>,
    doing: &str,
    (name, source): (&str, Option<&str>),
) -> Result<Option<Vec<Parameter>>, RemoteError> {
    let client = &session.client;
    let send = |token: Option<String>| async move {
        let request = client.describe_db_parameters().db_parameter_group_name(name);
        let request = request.set_source(source.map(str::to_owned)).set_marker(token);
        let answer = request.send().await.map_err(AwsError::from)?;
        Ok::<_, AwsError>((answer.parameters, answer.marker))
    };
    let (mut pages, mut found) = (Pages::new(), Vec::new());
    loop {
        match pages.next(session, doing, send).await {
            Ok(Some(page)) => found.extend(page),
            Ok(None) => return Ok(Some(found)),
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

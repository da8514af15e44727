//! How large a quota is.

use aws_sdk_servicequotas::Client;
use aws_sdk_servicequotas::types::ServiceQuota;
use sparki_aws::{AwsError, Class, Consistency, ServiceClient};
use sparki_core::RemoteError;

use super::Quota;
use super::known::Key;
use crate::operation::Session;

const CHECK: &str = "failed to look up the quotas of the account";

/// How much an account may have.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(super) quota: &'static Quota,
    pub(super) most: u64,
    pub(super) code: String,
    pub(super) name: String,
}

impl Limit {
    /// Asks Service Quotas, in the region of the session: what the quota was raised or lowered to, else AWS's default.
    /// None where it is not known, as on stand-ins.
    ///
    /// Defaults are asked for by lists. That is one request more than by `GetAWSDefaultServiceQuota` for services with more
    /// than a page of quotas, tells codes of quotas that are known by name, and moto understands it.
    pub(crate) async fn ask<C: ServiceClient>(
        session: &Session<'_, C>,
        quota: &'static Quota,
    ) -> Result<Option<Self>, RemoteError> {
        let session = session.with::<Client>().await?;
        if let Key::Code(code) = quota.key
            && let Some(applied) = applied(&session, quota, code).await?
        {
            return Ok(Self::read(quota, &applied));
        }
        let Some(default) = default(&session, quota).await? else { return Ok(None) };
        let found = match (quota.key, default.quota_code()) {
            (Key::Name(_), Some(code)) => applied(&session, quota, code).await?.unwrap_or(default),
            (Key::Code(_) | Key::Name(_), _) => default,
        };
        Ok(Self::read(quota, &found))
    }

    /// A limit that something else than Service Quotas has told.
    pub(crate) fn known(quota: &'static Quota, most: u64, (code, name): (&str, &str)) -> Self {
        Self { quota, most, code: code.to_owned(), name: name.to_owned() }
    }

    fn read(quota: &'static Quota, found: &ServiceQuota) -> Option<Self> {
        let most = found.value().filter(|value| value.is_finite() && *value >= 0.0)?;
        // Quotas count things, and what is too large becomes the largest number.
        Some(Self::known(quota, most as u64, (found.quota_code()?, found.quota_name()?)))
    }
}

/// What a quota was raised or lowered to; none where only the default is known.
async fn applied(
    session: &Session<'_, Client>,
    quota: &Quota,
    code: &str,
) -> Result<Option<ServiceQuota>, RemoteError> {
    let send = || async {
        let request = session.client.get_service_quota().service_code(quota.service).quota_code(code);
        request.send().await.map_err(AwsError::from)
    };
    let answer = session.send(Consistency::Propagation, CHECK, send).await?;
    Ok(known(answer)?.and_then(|answer| answer.quota))
}

/// The default of a quota.
async fn default(session: &Session<'_, Client>, quota: &Quota) -> Result<Option<ServiceQuota>, RemoteError> {
    let is_wanted = |found: &ServiceQuota| match quota.key {
        Key::Code(code) => found.quota_code() == Some(code),
        Key::Name(name) => found.quota_name().is_some_and(|found| found.eq_ignore_ascii_case(name)),
    };
    let mut token = None;
    loop {
        let send = || async {
            let request = session.client.list_aws_default_service_quotas().service_code(quota.service);
            request.set_next_token(token.clone()).send().await.map_err(AwsError::from)
        };
        let answer = session.send(Consistency::Propagation, CHECK, send).await?;
        let Some(answer) = known(answer)? else { return Ok(None) };
        if let Some(found) = answer.quotas.unwrap_or_default().into_iter().find(is_wanted) {
            return Ok(Some(found));
        }
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(None);
        }
    }
}

/// What was answered; none if Service Quotas does not know the quota, or the endpoint not the question.
fn known<T>(answer: Result<T, AwsError>) -> Result<Option<T>, RemoteError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if matches!(error.class(), Class::NotFound | Class::Garbled) => Ok(None),
        Err(error) => Err(error.reading(CHECK)),
    }
}

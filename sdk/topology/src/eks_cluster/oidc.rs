//! The trust of IAM in the OpenID Connect issuer of a cluster.

use aws_sdk_iam::types::Tag;
use sparki_aws::{AwsError, Class, Consistency, Nonce, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use crate::eks::Session;

/// Whom tokens of service accounts are for, as EKS makes them.
const AUDIENCE: &str = "sts.amazonaws.com";

/// Makes IAM trust an issuer, and returns the ARN of the provider. One that Sparki has made already is taken over.
pub(super) async fn make(
    session: &Session<'_>,
    doing: &str,
    (cluster_arn, issuer): (&str, &str),
) -> Result<String, RemoteError> {
    let iam = session.with::<aws_sdk_iam::Client>().await?.client;
    let tags = session.aws.tags().for_create(&Default::default(), &Nonce::random());
    let tags: Result<Vec<_>, _> =
        tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    let tags = tags.expect("key and value are given");
    let send = || async {
        let request = iam.create_open_id_connect_provider().url(issuer).client_id_list(AUDIENCE);
        request.set_tags(Some(tags.clone())).send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => Ok(answer.open_id_connect_provider_arn.unwrap_or_else(|| arn(cluster_arn, issuer))),
        Err(error) if error.class() == Class::Conflict || error.maybe_applied() => {
            let arn = arn(cluster_arn, issuer);
            match find(session, doing, &arn).await? {
                Some(Owner::Sparki) => Ok(arn),
                Some(Owner::Other) => {
                    Err(RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
                        "IAM trusts the issuer of the cluster already, by {arn}, which Sparki did not make. Set \
                         \"oidc_provider\" to false, or remove the provider first."
                    )))
                }
                None => Err(error.changing(doing)),
            }
        }
        Err(error) => Err(error.changing(doing)),
    }
}

/// Whether there still is a provider with this ARN.
pub(super) async fn is_there(session: &Session<'_>, doing: &str, arn: &str) -> Result<bool, RemoteError> {
    Ok(find(session, doing, arn).await?.is_some())
}

/// Removes the provider with this ARN.
pub(super) async fn remove(session: &Session<'_>, doing: &str, arn: &str) -> Result<(), RemoteError> {
    let iam = session.with::<aws_sdk_iam::Client>().await?.client;
    let send = || async {
        let request = iam.delete_open_id_connect_provider().open_id_connect_provider_arn(arn);
        request.send().await.map_err(AwsError::from)
    };
    session.remove(Consistency::Propagation, doing, send).await
}

/// The command by which a practitioner removes the provider with this ARN.
pub(super) fn removal(arn: &str) -> String {
    format!("aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {arn}")
}

/// Who has made a provider.
enum Owner {
    Sparki,
    Other,
}

async fn find(session: &Session<'_>, doing: &str, arn: &str) -> Result<Option<Owner>, RemoteError> {
    let iam = session.with::<aws_sdk_iam::Client>().await?.client;
    let send = || async {
        let request = iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn);
        request.send().await.map_err(AwsError::from)
    };
    match session.send(Consistency::Propagation, doing, send).await? {
        Ok(answer) => {
            let tags = answer.tags.unwrap_or_default().into_iter();
            let tags = tags.map(|tag| (tag.key, tag.value)).collect();
            Ok(Some(if Tags::are_sparkis(Some(&tags)) { Owner::Sparki } else { Owner::Other }))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.reading(doing)),
    }
}

/// The ARN of the provider for an issuer, which IAM makes of the account and the issuer's URL.
fn arn(cluster_arn: &str, issuer: &str) -> String {
    let mut parts = cluster_arn.split(':');
    let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or_default());
    let host = issuer.trim_start_matches("https://");
    format!("arn:{partition}:iam::{account}:oidc-provider/{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_of_a_provider_follows_from_the_cluster_and_its_issuer() {
        let cluster = "arn:aws-cn:eks:cn-north-1:123456789012:cluster/main";
        assert_eq!(
            arn(cluster, "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/A1"),
            "arn:aws-cn:iam::123456789012:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/A1"
        );
    }
}

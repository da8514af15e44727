//! Sets a bucket up as it is wanted.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLoggingStatus, BucketVersioningStatus, CorsConfiguration,
    LoggingEnabled, OwnershipControls, OwnershipControlsRule, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};
use sparki_aws::{AwsError, Class, Seen};
use sparki_core::{Dynamic, RemoteError};

use super::settings::{Encryption, Setting, Settings, Versioning};
use super::{Bucket, Session, look};

/// How often a bucket is looked at until it shows what was just sent. With a pause of five seconds that is a minute; AWS
/// promises nothing.
const LOOKS: u32 = 12;

/// Sends whatever the bucket is not set up like, and waits until it shows. `there` is the bucket as it is.
pub(crate) async fn set_up(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    there: &Settings,
    wanted: &Settings,
) -> Result<Bucket, RemoteError> {
    for setting in there.changes(wanted) {
        sent(session, doing, || send(session, name, &setting)).await?;
    }
    let looks = AtomicU32::new(0);
    let shows = || async {
        let looked = looks.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(bucket) = look(session, name).await? else { return Ok(Seen::Missing) };
        if bucket.settings.is_like(wanted) || looked >= LOOKS {
            return Ok(Seen::Reached(bucket));
        }
        Ok(Seen::Pending("one in which not all settings show yet".into()))
    };
    session.wait(doing, Duration::ZERO, shows).await
}

/// Sends a request, again while the bucket is too new for it or busy with another one.
pub(super) async fn sent<S, F>(session: &Session<'_>, doing: &str, send: S) -> Result<(), RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<(), AwsError>>,
{
    let answer = session.retry_briefly(doing, Duration::ZERO, send, is_early).await?;
    answer.map_err(|error| error.changing(doing))
}

/// Whether what the request needs may have been sent, and not be known everywhere yet. AWS says the same of a bucket that is gone,
/// or never was.
fn is_early(error: &AwsError) -> bool {
    error.is_not_found()
        || error.class() == Class::Propagating
        || error.message().contains("ersioning must be")
}

async fn send(session: &Session<'_>, name: &str, setting: &Setting<'_>) -> Result<(), AwsError> {
    let client = &session.client;
    match setting {
        Setting::Versioning(versioning) => {
            let status = match versioning {
                Versioning::Enabled => BucketVersioningStatus::Enabled,
                Versioning::Suspended => BucketVersioningStatus::Suspended,
            };
            let versioning = VersioningConfiguration::builder().status(status).build();
            let request = client.put_bucket_versioning().bucket(name).versioning_configuration(versioning);
            request.send().await?;
        }
        Setting::Encryption(encryption) => {
            let request = client.put_bucket_encryption().bucket(name);
            request.server_side_encryption_configuration(wire_encryption(encryption)).send().await?;
        }
        Setting::PublicAccess(access) => {
            let request = client.put_public_access_block().bucket(name);
            request.public_access_block_configuration(access.wire()).send().await?;
        }
        Setting::Ownership(ownership) => {
            let rule = OwnershipControlsRule::builder().object_ownership(ownership.as_str().into());
            let rule = rule.build().expect("the owner is set");
            let controls = OwnershipControls::builder().rules(rule).build().expect("a rule is set");
            client.put_bucket_ownership_controls().bucket(name).ownership_controls(controls).send().await?;
        }
        Setting::Policy(Some(policy)) => {
            client.put_bucket_policy().bucket(name).policy(policy.to_string()).send().await?;
        }
        Setting::Policy(None) => {
            client.delete_bucket_policy().bucket(name).send().await?;
        }
        Setting::Lifecycle(rules) if rules.is_empty() => {
            client.delete_bucket_lifecycle().bucket(name).send().await?;
        }
        Setting::Lifecycle(rules) => {
            let rules = rules.iter().map(|(id, rule)| rule.wire(id)).collect();
            let rules = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build();
            let request = client.put_bucket_lifecycle_configuration().bucket(name);
            request.lifecycle_configuration(rules.expect("the rules are set")).send().await?;
        }
        Setting::Logging(logging) => {
            let enabled = logging.map(|logging| {
                let [bucket, prefix] =
                    [&logging.bucket, &logging.prefix].map(|text| text.known().cloned().unwrap_or_default());
                let enabled = LoggingEnabled::builder().target_bucket(bucket).target_prefix(prefix);
                enabled.build().expect("bucket and prefix are set")
            });
            let status = BucketLoggingStatus::builder().set_logging_enabled(enabled).build();
            client.put_bucket_logging().bucket(name).bucket_logging_status(status).send().await?;
        }
        Setting::Cors([]) => {
            client.delete_bucket_cors().bucket(name).send().await?;
        }
        Setting::Cors(rules) => {
            let rules = rules.iter().map(super::CorsRule::wire).collect();
            let cors = CorsConfiguration::builder().set_cors_rules(Some(rules)).build();
            let cors = cors.expect("the rules are set");
            client.put_bucket_cors().bucket(name).cors_configuration(cors).send().await?;
        }
        Setting::Replication(Some(replication)) => {
            let request = client.put_bucket_replication().bucket(name);
            request.replication_configuration(replication.wire()).send().await?;
        }
        Setting::Replication(None) => {
            client.delete_bucket_replication().bucket(name).send().await?;
        }
    }
    Ok(())
}

fn wire_encryption(encryption: &Encryption) -> ServerSideEncryptionConfiguration {
    let default = ServerSideEncryptionByDefault::builder();
    let (default, bucket_key) = match encryption {
        Encryption::Aes => (default.sse_algorithm(ServerSideEncryption::Aes256), false),
        Encryption::Kms { arn, bucket_key } => {
            (default.sse_algorithm(ServerSideEncryption::AwsKms).kms_master_key_id(arn), *bucket_key)
        }
    };
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(default.build().expect("the algorithm is set"))
        .bucket_key_enabled(bucket_key);
    ServerSideEncryptionConfiguration::builder().rules(rule.build()).build().expect("a rule is set")
}

/// Refuses what S3 does not take as the name of a bucket, or does not take any more.
pub(crate) fn check_name(name: &Dynamic) -> Result<(), String> {
    let Some(name) = name.as_str() else { return Ok(()) };
    let is_address = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    let taken = ["xn--", "sthree-", "amzn-s3-demo-"].iter().find(|prefix| name.starts_with(**prefix));
    let ending =
        ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().find(|end| name.ends_with(**end));
    match (taken, ending) {
        _ if name.contains("..") => Err("must not have two dots in a row".into()),
        _ if is_address => Err("must not look like an address".into()),
        (Some(prefix), _) => Err(format!("must not begin with {prefix:?}, which is reserved")),
        (None, Some(ending)) => Err(format!("must not end with {ending:?}, which is reserved")),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::testing::{operation, region};

    #[test]
    fn names_that_s3_refuses_are_refused() {
        let check = |name: &str| check_name(&name.into()).err().unwrap_or_default();
        assert_eq!(check("logs.example.com"), "");
        assert_eq!(check("192.168.0.1"), "must not look like an address");
        assert_eq!(check("a..b"), "must not have two dots in a row");
        assert_eq!(check("xn--logs"), "must not begin with \"xn--\", which is reserved");
        assert_eq!(check("logs--x-s3"), "must not end with \"--x-s3\", which is reserved");
    }

    #[test]
    fn a_bucket_key_comes_with_a_kms_key_only() {
        let rule = |encryption| wire_encryption(&encryption).rules()[0].clone();
        assert_eq!(rule(Encryption::Aes).bucket_key_enabled(), Some(false));
        let kms = rule(Encryption::Kms { arn: "arn:aws:kms:a".into(), bucket_key: true });
        assert_eq!(kms.bucket_key_enabled(), Some(true));
    }

    #[tokio::test]
    async fn a_bucket_that_stays_unknown_is_told_in_awss_words() {
        let ctx = operation();
        let session = Session::begin_in(&ctx, region()).await.unwrap();
        let send = async |class: Class, message: &'static str| {
            let sent = sent(&session, "failed to set the bucket up", || async {
                Err(AwsError::new(class, message))
            });
            sent.await.unwrap_err()
        };
        let gone = send(Class::NotFound, "The specified bucket does not exist").await;
        assert!(gone.is_not_found() && gone.to_string().contains("The specified bucket"), "{gone}");
        let early = send(Class::Conflict, "Versioning must be 'Enabled' on the bucket").await;
        assert!(early.to_string().contains("Versioning must be 'Enabled'"), "{early}");
    }
}

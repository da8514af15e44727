//! The definition of the provider block.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{DurationText, Dynamic, JsonText, Secret, Value, parse_duration};
use sparki_derive::{Choice, Model};
use sparki_topology::key_is_free;

/// Manages Sparki, the zero-configuration CI/CD platform, and the AWS topology that it runs on.
///
/// Most attributes have an environment variable, named with each. What is set here wins over the environment, and the
/// environment wins over the profile file, unless a profile is named here.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(conflicting(token, api_key, client_id))]
pub struct ProviderModel {
    /// Base URL of the control plane, such as `https://api.sparki.io/api/v1`. `https`, or `http` to this machine only.
    /// Environment: `SPARKI_ENDPOINT`.
    #[attr(optional)]
    pub endpoint: Value<String>,
    /// Slug or id of the workspace for resources that name none. Environment: `SPARKI_WORKSPACE`.
    #[attr(optional)]
    pub workspace: Value<String>,
    /// Profile in `~/.config/sparki/config.toml`. Environment: `SPARKI_PROFILE`.
    #[attr(optional)]
    pub profile: Value<String>,
    /// Access token (JWT). Environment: `SPARKI_TOKEN`.
    #[attr(optional, sensitive)]
    pub token: Value<Secret<String>>,
    /// API key, `spk_<id>_<secret>`. Environment: `SPARKI_API_KEY`.
    #[attr(optional, sensitive)]
    pub api_key: Value<Secret<String>>,
    /// Client id of a service account. Environment: `SPARKI_CLIENT_ID`.
    #[attr(optional)]
    pub client_id: Value<String>,
    /// Client secret of a service account. Environment: `SPARKI_CLIENT_SECRET`.
    #[attr(optional, sensitive)]
    pub client_secret: Value<Secret<String>>,
    /// Certificate authorities to trust besides the system's: PEM text, or the path of a PEM file. Environment:
    /// `SPARKI_CA_CERT`.
    #[attr(optional)]
    pub ca_cert: Value<String>,
    /// Seconds that one request may take. 30 if it is not set. Environment: `SPARKI_REQUEST_TIMEOUT_SECONDS`.
    #[attr(optional, validate(range(1..=3600)))]
    pub request_timeout_seconds: Value<u32>,
    /// Requests to the control plane that may run at once. 10 if it is not set. Environment: `SPARKI_MAX_CONCURRENCY`.
    #[attr(optional, validate(range(1..=1000)))]
    pub max_concurrency: Value<u32>,
    /// Whether many objects of a kind are read with few requests when they are refreshed. True if it is not set; false
    /// reads each one by itself. Environment: `SPARKI_BATCH_READS`.
    #[attr(optional)]
    pub batch_reads: Value<bool>,
    /// How to reach AWS. Only resources of AWS need it; what is left out comes from AWS's own environment variables
    /// and configuration files.
    #[attr(optional)]
    pub aws: Value<AwsModel>,
}

/// How to reach AWS.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(required_together(access_key, secret_key))]
pub struct AwsModel {
    /// Region of resources that name none. Environment: `AWS_REGION`.
    #[attr(optional)]
    pub region: Value<sparki_aws::Region>,
    /// Profile in AWS's configuration files. Keys in the environment win over it, as in AWS's own tools. Environment:
    /// `AWS_PROFILE`.
    #[attr(optional)]
    pub profile: Value<String>,
    /// Access key. Environment: `AWS_ACCESS_KEY_ID`.
    #[attr(optional, sensitive)]
    pub access_key: Value<Secret<String>>,
    /// Secret key. Environment: `AWS_SECRET_ACCESS_KEY`.
    #[attr(optional, sensitive)]
    pub secret_key: Value<Secret<String>>,
    /// Token of a temporary access key. Environment: `AWS_SESSION_TOKEN`.
    #[attr(optional, sensitive)]
    pub session_token: Value<Secret<String>>,
    /// Role to take on with the credentials that were found. Everything is then done as that role, in its account.
    #[attr(optional)]
    pub assume_role: Value<AssumeRoleModel>,
    /// Endpoint of every service, for stand-ins. Environment: `AWS_ENDPOINT_URL`.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub endpoint_url: Value<String>,
    /// Endpoints of single services, such as those of a VPC or a stand-in. They win over `endpoint_url`.
    #[attr(optional)]
    pub endpoints: Value<EndpointsModel>,
    /// Endpoints of single services in single regions, by the name of the region. They win over `endpoints`. For services that
    /// have one endpoint for all regions, the region of the resource counts.
    #[attr(optional, validate(keys(custom(is_region))))]
    pub regional_endpoints: Value<BTreeMap<String, EndpointsModel>>,
    /// Tags of every object. A resource's own tags win, and its `tags_all` has both. A change reaches the objects that there are
    /// by an update in place, which the plan shows; the tags of machines change when the machines are exchanged.
    #[attr(optional, validate(keys(custom(key_is_free))))]
    pub default_tags: Value<BTreeMap<String, String>>,
    /// Accounts that may be touched. Any if it is not set.
    #[attr(optional, validate(each(pattern("^[0-9]{12}$", "be 12 digits"))))]
    pub allowed_account_ids: Value<BTreeSet<String>>,
    /// How often a request is sent before its failure counts, the first time included. 8 if it is not set.
    /// Environment: `AWS_MAX_ATTEMPTS`.
    #[attr(optional, validate(range(1..=50)))]
    pub max_attempts: Value<u32>,
    /// What becomes of a plan that AWS would refuse, as far as AWS can be asked while planning: `refuse`, `warn`, or
    /// `off` to ask nothing. `refuse` if it is not set.
    #[attr(optional)]
    pub preflight: Value<PreflightModel>,
    /// A plan that raises the monthly cost of an object by more USD than this brings a warning. It is reckoned with list
    /// prices on demand, which are known here for some regions and machines only; nothing is asked for it, and traffic is not
    /// included. Nothing is reckoned if it is not set, or `preflight` is `off`.
    #[attr(optional)]
    pub cost_warning_usd: Value<u32>,
    /// How many times as fast as AWS a stand-in is, so that nobody waits longer for it than it takes. Only for stand-ins.
    /// 1 if it is not set. Environment: `SPARKI_AWS_TIME_SCALE`.
    #[attr(optional, validate(range(1..=1_000_000)))]
    pub time_scale: Value<u32>,
}

/// A role to take on, and the session in which that is done.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct AssumeRoleModel {
    /// ARN of the role.
    #[attr(required, validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/.", "be the ARN of an IAM role")))]
    pub role_arn: Value<String>,
    /// Name of the session, which AWS shows in its logs. `sparki` if it is not set.
    #[attr(
        optional,
        validate(len(2..=64), pattern("^[A-Za-z0-9_+=,.@-]*$", "have only letters, digits and the signs _+=,.@-"))
    )]
    pub session_name: Value<String>,
    /// What the role asks of those from other accounts, as whoever owns the role says.
    #[attr(
        optional,
        validate(
            len(2..=1224),
            pattern("^[A-Za-z0-9_+=,.@:/-]*$", "have only letters, digits and the signs _+=,.@:/-")
        )
    )]
    pub external_id: Value<String>,
    /// How long the credentials of a session last before the role is taken on again, such as `1h`: 15 minutes to 12 hours, and no
    /// more than the role allows. An hour if it is not set.
    #[attr(optional, validate(custom(is_session_length)))]
    pub duration: Value<DurationText>,
    /// A policy in JSON that restricts the session: it may do what both this policy and the role allow.
    #[attr(optional, validate(len(1..=2048)))]
    pub policy: Value<JsonText>,
    /// ARNs of policies that restrict the session, as `policy` does.
    #[attr(
        optional,
        validate(len(1..=10), each(pattern("^arn:[^:]+:iam::([0-9]{12}|aws):policy/.", "be the ARN of an IAM policy")))
    )]
    pub policy_arns: Value<BTreeSet<String>>,
    /// Tags of the session. They are for rules about who may do what, and no tags of what is made.
    #[attr(optional, validate(len(..=50), keys(len(1..=128)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// Keys of tags that stay when the session takes on another role.
    #[attr(optional, validate(len(1..=50)))]
    pub transitive_tag_keys: Value<BTreeSet<String>>,
    /// Who is behind the session, which AWS shows in its logs. It stays when the session takes on another role.
    #[attr(
        optional,
        validate(len(2..=64), pattern("^[A-Za-z0-9_+=,.@-]*$", "have only letters, digits and the signs _+=,.@-"))
    )]
    pub source_identity: Value<String>,
}

/// Whether AWS has sessions of this length: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
fn is_session_length(text: &Dynamic) -> Result<(), String> {
    match text.as_str().map(parse_duration) {
        Some(Ok(length)) if !(900..=43_200).contains(&length.as_secs()) => {
            Err("must be between 15m and 12h".into())
        }
        // What is no length of time is told of by the attribute itself.
        Some(Ok(_) | Err(_)) | None => Ok(()),
    }
}

fn is_region(key: &Dynamic) -> Result<(), String> {
    match key.as_str().map(str::parse::<sparki_aws::Region>) {
        Some(Err(error)) => Err(error.to_string()),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// What becomes of a plan that AWS would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum PreflightModel {
    /// It is refused.
    Refuse,
    /// It is a warning.
    Warn,
    /// AWS is not asked.
    Off,
}

/// Endpoints of single AWS services.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EndpointsModel {
    /// Endpoint of CloudFront.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub cloudfront: Value<String>,
    /// Endpoint of DynamoDB.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub dynamodb: Value<String>,
    /// Endpoint of EC2.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub ec2: Value<String>,
    /// Endpoint of EKS.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub eks: Value<String>,
    /// Endpoint of ElastiCache.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub elasticache: Value<String>,
    /// Endpoint of Elastic Load Balancing.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub elasticloadbalancing: Value<String>,
    /// Endpoint of IAM.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub iam: Value<String>,
    /// Endpoint of KMS.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub kms: Value<String>,
    /// Endpoint of RDS.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub rds: Value<String>,
    /// Endpoint of S3.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub s3: Value<String>,
    /// Endpoint of Secrets Manager.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub secretsmanager: Value<String>,
    /// Endpoint of Service Quotas.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub servicequotas: Value<String>,
    /// Endpoint of STS.
    #[attr(optional, validate(pattern("^https?://", "start with https:// or http://")))]
    pub sts: Value<String>,
}

//! The clients of AWS's services.

use aws_config::SdkConfig;
use aws_sdk_eks::config::retry::RetryPartition;

use crate::limiter::{self, Payer};
use crate::place::Place;
use crate::{Region, Service};

/// Where a client connects to.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Who is known to AWS as the one who asks.
    pub(crate) payer: Payer,
    pub(crate) region: Region,
    /// Endpoint of the service; the configuration's if there is none.
    pub(crate) endpoint: Option<String>,
    /// Whether the endpoint is not AWS's own.
    pub(crate) is_stand_in: bool,
}

/// The client of one AWS service, which [`Aws::client`](crate::Aws::client) makes.
pub trait ServiceClient: Clone + Send + Sync + 'static {
    /// Which service it talks to.
    const SERVICE: Service;

    /// A client that connects there.
    fn connect(config: &SdkConfig, connection: Connection) -> Self;
}

/// Who shares the rate limit.
fn partition(service: Service, connection: &Connection) -> RetryPartition {
    let Connection { payer, region, .. } = connection;
    if service.is_global() {
        limiter::global_partition(payer, service)
    } else {
        limiter::partition(payer, service, region)
    }
}

/// Implements [`ServiceClient`] for the client of an SDK crate, and sets what only this service has.
macro_rules! service_client {
    ($sdk:ident, $service:ident $(, $set:expr)?) => {
        impl ServiceClient for $sdk::Client {
            const SERVICE: Service = Service::$service;

            fn connect(config: &SdkConfig, connection: Connection) -> Self {
                let client = $sdk::config::Builder::from(config)
                    .region(aws_types::region::Region::from(&connection.region))
                    .interceptor(Place::new(Self::SERVICE, &connection.region))
                    .retry_partition(partition(Self::SERVICE, &connection));
                $(
                    let set: fn($sdk::config::Builder, &Connection) -> $sdk::config::Builder = $set;
                    let client = set(client, &connection);
                )?
                let client = match connection.endpoint {
                    Some(endpoint) => client.endpoint_url(endpoint),
                    None => client,
                };
                Self::from_conf(client.build())
            }
        }
    };
}

service_client!(aws_sdk_cloudfront, CloudFront);
service_client!(aws_sdk_dynamodb, DynamoDb);
service_client!(aws_sdk_ec2, Ec2);
service_client!(aws_sdk_eks, Eks);
service_client!(aws_sdk_elasticache, ElastiCache);
service_client!(aws_sdk_elasticloadbalancingv2, Elbv2);
service_client!(aws_sdk_iam, Iam);
service_client!(aws_sdk_kms, Kms);
service_client!(aws_sdk_rds, Rds);
// The name of a bucket is part of AWS's host name. A stand-in has one host only.
service_client!(aws_sdk_s3, S3, |client, connection| client.force_path_style(connection.is_stand_in));
service_client!(aws_sdk_secretsmanager, SecretsManager);
service_client!(aws_sdk_servicequotas, ServiceQuotas);
service_client!(aws_sdk_sts, Sts);

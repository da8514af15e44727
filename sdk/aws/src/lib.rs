//! Transport to AWS: regions, credentials, tags, waiting, rate limit and error classes.
//!
//! It knows no resource type. A resource asks an [`Aws`] for a client of a region, sends what it built, turns a failure
//! into an [`AwsError`], and waits with a [`Wait`] for what AWS does in the background.
//!
//! Nothing of AWS is loaded before the first client is asked for, so that a configuration without AWS resources needs
//! no AWS credentials.
//!
//! # Example
//!
//! ```no_run
//! use sparki_aws::{Aws, AwsError, Region, Settings};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let aws = Aws::new(Settings { region: Some("us-east-1".parse()?), ..Settings::default() });
//! let region = aws.default_region().await?;
//! let eks: aws_sdk_eks::Client = aws.client(&region).await?;
//! let clusters = eks.list_clusters().send().await.map_err(AwsError::from)?;
//! println!("{:?}", clusters.clusters());
//! # Ok(())
//! # }
//! ```

mod account;
mod aws;
mod chain;
mod client;
mod clock;
mod code;
mod consistency;
mod credentials;
mod deadline;
mod error;
mod limiter;
mod nonce;
mod pace;
mod place;
mod regions;
mod role;
mod settings;
mod tags;
mod wait;

pub use aws::Aws;
pub use client::{Connection, ServiceClient};
pub use code::Class;
pub use consistency::{Consistency, retry};
pub use credentials::Keys;
pub use deadline::Deadline;
pub use error::AwsError;
pub use limiter::without_retries;
pub use nonce::Nonce;
pub use pace::Pace;
pub use regions::{NotARegion, Region};
pub use role::AssumeRole;
pub use settings::{Preflight, Service, Settings};
pub use tags::{DefaultTags, KnownTags, OWN_PREFIX, TagChange, Tags, reserved_prefix};
pub use wait::{Seen, Wait};

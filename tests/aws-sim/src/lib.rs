//! A stand-in for AWS: EKS, RDS and ElastiCache with their lifecycles, Service Quotas, and every other service from moto.
//!
//! What is created takes its time, in scaled time; what is in use cannot be deleted; what may not run twice does not;
//! what is asked twice with one token happens once. Requests and answers are held against AWS's own service models, and
//! a fault for every bad day can be ordered. It is not AWS: what passes here has not passed there.
//!
//! # Example
//!
//! ```no_run
//! # async fn example() -> Result<(), sparki_aws_sim::StartError> {
//! let models = ".work/python/lib/python3.12/site-packages/botocore/data";
//! let running = sparki_aws_sim::start(sparki_aws_sim::Settings::new(models)).await?;
//! println!("AWS_ENDPOINT_URL={}", running.url());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod admin;
mod calls;
mod clock;
mod document;
mod eks;
mod elasticache;
mod faults;
mod marked;
mod network;
mod passing;
mod protocol;
mod rds;
mod refusal;
mod region;
mod roles;
mod running;
mod service;
mod service_quotas;
mod settings;
mod sim;
mod tag_list;
mod templates;
mod window;
mod world;

pub use protocol::ModelsError;
pub use running::{Running, StartError, start};
pub use service::Service;
pub use settings::Settings;

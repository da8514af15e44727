//! How a stand-in is to be.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use jiff::Timestamp;

/// How a stand-in is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Botocore's folder of service models.
    pub models: PathBuf,
    /// How many times as fast as usual time runs; at 0 it stands still, and only the admin API moves it.
    pub time_scale: f64,
    /// The time at the start.
    pub origin: Timestamp,
    /// What faults and identifiers depend on.
    pub seed: u64,
    /// The account that everything belongs to.
    pub account: String,
    /// Base URL of moto, which gets the requests for every other service.
    pub moto: Option<String>,
    /// File that receives the base URL once the stand-in listens.
    pub ready_file: Option<PathBuf>,
}

impl Settings {
    /// On a free port of this machine, with a clock that stands still at the beginning of 2026, and without moto.
    ///
    /// # Panics
    ///
    /// Never: the beginning of 2026 is a point in time.
    #[must_use]
    pub fn new(models: impl Into<PathBuf>) -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            models: models.into(),
            time_scale: 0.0,
            origin: "2026-01-01T00:00:00Z".parse().expect("it is a point in time"),
            seed: 0,
            account: "123456789012".to_owned(),
            moto: None,
            ready_file: None,
        }
    }
}

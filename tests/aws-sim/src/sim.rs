//! What all connections share.

use std::sync::Mutex;

use crate::{
    passing::{Client, Documents, client},
    protocol::Library,
    settings::Settings,
    world::{Setting, World},
};

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Sim {
    pub(crate) world: Mutex<World>,
    pub(crate) library: Library,
    pub(crate) setting: Setting,
    pub(crate) moto: Option<String>,
    pub(crate) client: Client,
    pub(crate) documents: Mutex<Documents>,
}

impl Sim {
    pub(crate) fn new(settings: &Settings, library: Library) -> Self {
        let setting = Setting {
            account: settings.account.clone(),
            seed: settings.seed,
            time_scale: settings.time_scale,
            origin: settings.origin,
        };
        Self {
            world: Mutex::new(World::new(&setting)),
            library,
            setting,
            moto: settings.moto.clone(),
            client: client(),
            documents: Mutex::default(),
        }
    }
}

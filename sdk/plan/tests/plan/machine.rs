//! A model with one of everything.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{
    Applied, Change, Ctx, Diagnostic, Diagnostics, Draft, DurationText, Dynamic, Import, JsonText,
    NoIdentity, Path, Plan, Planned, Reconcile, RemoteError, RemoteErrorKind, Resource, Secret, State,
    Timeouts, Value,
};
use sparki_derive::Model;

/// A machine.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(conflicting(note, secret), required_together(password_wo, password_wo_version))]
pub(crate) struct MachineModel {
    /// Id.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<String>,
    /// ARN.
    #[attr(computed, keep_unless_changed(host_name), refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// Host name, which follows the name.
    #[attr(computed, keep_unless_changed(name), refine(not_null))]
    pub host_name: Value<String>,
    /// Name.
    #[attr(required, validate(len(1..=20), pattern("^[a-z0-9]*$", "consist of lower-case letters and digits")))]
    pub name: Value<String>,
    /// Region.
    #[attr(optional, requires_replace)]
    pub region: Value<String>,
    /// Image.
    #[attr(optional, computed, use_state_for_unknown, requires_replace_if_configured)]
    pub image: Value<String>,
    /// Size.
    #[attr(optional, default = 2, requires_replace_if = shrinks, validate(range(1..=9)))]
    pub size: Value<u32>,
    /// Zone.
    #[attr(optional, computed, use_non_null_state_for_unknown)]
    pub zone: Value<String>,
    /// Note.
    #[attr(optional)]
    pub note: Value<String>,
    /// Policy.
    #[attr(optional)]
    pub policy: Value<JsonText>,
    /// Period.
    #[attr(optional)]
    pub period: Value<DurationText>,
    /// Tags.
    #[attr(optional)]
    pub tags: Value<BTreeMap<String, String>>,
    /// Labels.
    #[attr(optional, validate(unique))]
    pub labels: Value<Vec<String>>,
    /// Disks.
    #[attr(optional)]
    pub disks: Value<Vec<Disk>>,
    /// Rules.
    #[attr(optional)]
    pub rules: Value<BTreeSet<Rule>>,
    /// Users.
    #[attr(optional)]
    pub users: Value<BTreeMap<String, User>>,
    /// Network.
    #[attr(optional, requires_replace)]
    pub network: Value<Network>,
    /// Probe.
    #[attr(optional, default = Probe::new())]
    pub probe: Value<Probe>,
    /// What was found out.
    #[attr(computed, use_state_for_unknown)]
    pub facts: Value<Facts>,
    /// Status.
    #[attr(computed)]
    pub status: Value<String>,
    /// Size of all disks together.
    #[attr(computed, keep_unless_changed(disks))]
    pub total_gib: Value<i64>,
    /// Password.
    #[attr(optional, sensitive, write_only)]
    pub password_wo: Value<Secret<String>>,
    /// Counts the passwords.
    #[attr(optional)]
    pub password_wo_version: Value<i64>,
    /// Secret.
    #[attr(optional, sensitive, validate(len(3..)))]
    pub secret: Value<String>,
    /// Mounts.
    #[attr(optional, block)]
    pub mounts: Value<Vec<Mount>>,
    /// Locks.
    #[attr(optional, block)]
    pub locks: Value<BTreeSet<Lock>>,
    /// Console.
    #[attr(optional, block)]
    pub console: Value<Lock>,
    /// Ports.
    #[attr(optional, computed, use_state_for_unknown, block)]
    pub ports: Value<BTreeMap<String, Lock>>,
    /// What removal does.
    #[attr(optional, local, default = "delete")]
    pub on_destroy: Value<String>,
    /// How long operations may take.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// A disk.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Disk {
    /// Name.
    #[attr(required)]
    pub name: Value<String>,
    /// Size.
    #[attr(optional, default = 10)]
    pub size_gib: Value<u32>,
    /// Policy.
    #[attr(optional)]
    pub policy: Value<JsonText>,
    /// Regions that it is copied to.
    #[attr(optional)]
    pub copies: Value<Vec<String>>,
    /// Id.
    #[attr(computed, use_state_for_unknown)]
    pub id: Value<String>,
    /// Steers the provider.
    #[attr(optional, local)]
    pub weight: Value<i64>,
    /// Key.
    #[attr(optional, sensitive, write_only)]
    pub key_wo: Value<Secret<String>>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub(crate) struct Rule {
    /// Port.
    #[attr(required, validate(range(1..)))]
    pub port: Value<u16>,
    /// Protocol.
    #[attr(optional, default = "tcp")]
    pub protocol: Value<String>,
    /// Policy.
    #[attr(optional)]
    pub policy: Value<JsonText>,
    /// Ranges.
    #[attr(optional)]
    pub cidrs: Value<BTreeSet<String>>,
    /// Probe.
    #[attr(optional)]
    pub probe: Value<Probe>,
    /// Label.
    #[attr(optional, computed, use_state_for_unknown)]
    pub label: Value<String>,
    /// Chain.
    #[attr(optional, requires_replace)]
    pub chain: Value<String>,
    /// Steers the provider.
    #[attr(optional, local)]
    pub weight: Value<i64>,
    /// Id.
    #[attr(computed, use_state_for_unknown)]
    pub id: Value<String>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct User {
    /// Role.
    #[attr(required, requires_replace)]
    pub role: Value<String>,
    /// Key.
    #[attr(optional, computed, use_non_null_state_for_unknown, sensitive)]
    pub key: Value<String>,
}

/// A mount.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Mount {
    /// Path.
    #[attr(required, requires_replace)]
    pub path: Value<String>,
    /// Options.
    #[attr(optional, default = "rw")]
    pub options: Value<String>,
    /// Id.
    #[attr(computed, use_state_for_unknown)]
    pub id: Value<String>,
    /// Locks.
    #[attr(optional, block)]
    pub locks: Value<BTreeSet<Lock>>,
}

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub(crate) struct Lock {
    /// Holder.
    #[attr(required)]
    pub holder: Value<String>,
    /// Weight.
    #[attr(optional, default = 1)]
    pub weight: Value<i64>,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Network {
    /// Subnet.
    #[attr(required)]
    pub subnet: Value<String>,
    /// Address.
    #[attr(computed)]
    pub ip: Value<String>,
}

/// A probe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub(crate) struct Probe {
    /// Path.
    #[attr(optional, default = "/")]
    pub path: Value<String>,
    /// Latency.
    #[attr(computed, use_state_for_unknown)]
    pub latency: Value<i64>,
}

/// Facts.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Facts {
    /// Kernel.
    #[attr(computed)]
    pub kernel: Value<String>,
}

fn shrinks(prior: &Dynamic, planned: &Dynamic) -> bool {
    !planned.is_unknown() && planned < prior
}

/// Marker of the resource type `test_machine`.
#[derive(Debug)]
pub(crate) enum Machine {}

impl Resource for Machine {
    const TYPE_NAME: &'static str = "test_machine";
    type Model = MachineModel;
    type Identity = NoIdentity;
}

impl Plan for Machine {
    fn plan(draft: &mut Draft<'_, MachineModel>) -> Diagnostics {
        let mut found = Diagnostics::new();
        let disks = draft.planned().disks.known();
        let total = disks
            .and_then(|disks| disks.iter().map(|disk| disk.size_gib.known().copied()).sum::<Option<u32>>());
        if let Some(total) = total {
            draft.planned_mut().total_gib = Value::Known(total.into());
        }
        // Notes in capitals mean what others mean.
        let shouted = |note: &Value<String>| note.known().map(|note| note.to_uppercase());
        let planned = shouted(&draft.planned().note);
        if let Some(prior) =
            draft.prior().filter(|prior| planned.is_some() && shouted(&prior.note) == planned)
        {
            draft.planned_mut().note = prior.note.clone();
        }
        match draft.planned().note.known().map(String::as_str) {
            Some("move") => draft.require_replace(Path::attribute("note")),
            Some("stay") => draft.require_replace(Path::attribute("name")),
            Some("refuse") => {
                found.push(Diagnostic::error("Refused", "The note says so.").at(Path::attribute("note")))
            }
            Some(_) | None => {}
        }
        found
    }

    fn plan_destroy(prior: &State<MachineModel>) -> Diagnostics {
        match prior.note.known().map(String::as_str) {
            Some("protected") => {
                Diagnostic::error("Protected", "The note says so.").at(Path::attribute("note")).into()
            }
            Some(_) | None => Diagnostics::new(),
        }
    }
}

/// These tests plan only.
fn unreachable_remote() -> RemoteError {
    RemoteError::new(RemoteErrorKind::Invalid, "failed to reach a machine")
}

impl Reconcile for Machine {
    type Remote = ();

    async fn create(_: &Ctx<()>, _: Planned<MachineModel>) -> Applied<MachineModel> {
        Err(unreachable_remote())
    }

    async fn read(_: &Ctx<()>, _: State<MachineModel>) -> Result<Option<State<MachineModel>>, RemoteError> {
        Err(unreachable_remote())
    }

    async fn update(_: &Ctx<()>, _: Change<MachineModel>) -> Applied<MachineModel> {
        Err(unreachable_remote())
    }

    async fn delete(_: &Ctx<()>, _: State<MachineModel>) -> Result<(), RemoteError> {
        Err(unreachable_remote())
    }
}

impl Import for Machine {
    const FORMS: &'static [(&'static str, &'static str)] = &[];

    async fn import(_: &Ctx<()>, _: &str) -> Result<State<MachineModel>, RemoteError> {
        Err(unreachable_remote())
    }

    fn import_id(_: &NoIdentity) -> String {
        String::new()
    }
}

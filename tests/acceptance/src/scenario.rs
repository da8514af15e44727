//! The life of a resource type on AWS, described by a folder of configurations.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::boto::{scenarios, side_of};
use crate::case::Case;
use crate::check::Unverified;
use crate::life::{Life, Stage};
use crate::plan::{Action, Plan};
use crate::provider::Provider;
use crate::setup::Setup;
use crate::stand_in::{Extra, StandIn};
use crate::wait::eventually;

/// The life of one resource type: see `tests/acceptance/scenarios/README.md`.
#[derive(Clone, Debug)]
pub struct Scenario {
    kind: String,
    folder: PathBuf,
    address: String,
    unverified: Vec<String>,
    /// Whether the last configuration has values that import cannot know, which the plan after it sets.
    completes_import: bool,
    unchanged: BTreeMap<String, String>,
    lacking: BTreeMap<String, String>,
}

impl Scenario {
    /// The scenario of a type: `sparki_kms_key`.
    ///
    /// # Panics
    /// When there is none, or its description cannot be read.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        let folder = scenarios().join(kind);
        let text = fs::read_to_string(folder.join("scenario.json"));
        let text = text.unwrap_or_else(|error| panic!("no scenario of {kind}: {error}"));
        let described: Value = serde_json::from_str(&text).expect("scenario.json is JSON");
        let unverified = described["unverified"].as_array().into_iter().flatten();
        Self {
            kind: kind.to_owned(),
            address: described["address"].as_str().expect("scenario.json has an address").to_owned(),
            unverified: unverified.filter_map(Value::as_str).map(str::to_owned).collect(),
            completes_import: described["completes_import"].as_bool().unwrap_or(false),
            unchanged: reasons(&described["unchanged"]),
            lacking: reasons(&described["lacking"]),
            folder,
        }
    }

    /// The types that have a scenario, by name.
    ///
    /// # Panics
    /// When the folder of scenarios cannot be read.
    #[must_use]
    pub fn kinds() -> Vec<String> {
        let entries = fs::read_dir(scenarios()).expect("there are scenarios");
        let names = entries.map(|entry| entry.expect("the folder can be read").file_name());
        let mut kinds: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
        kinds.retain(|name| scenarios().join(name).join("scenario.json").is_file());
        kinds.sort();
        kinds
    }

    /// Goes through it, and tells every stage before it begins; the plans of the updates.
    ///
    /// # Panics
    /// With what does not hold.
    #[must_use]
    pub fn live(&self, aws: &Arc<StandIn>, mut begins: impl FnMut(&Stage)) -> Vec<Plan> {
        let mut life = self.begin(aws);
        for stage in self.stages() {
            begins(&stage);
            life.pass(&stage);
        }
        life.updates
    }

    /// A life that is about to begin.
    #[must_use]
    pub fn begin(&self, aws: &Arc<StandIn>) -> Life<'_> {
        let (case, configuration, updates) = (self.case(aws), String::new(), Vec::new());
        Life { scenario: self, aws: Arc::clone(aws), case, configuration, updates }
    }

    /// The stages, in order: an update for each configuration but the first.
    ///
    /// # Panics
    /// When the scenario has no configuration.
    #[must_use]
    pub fn stages(&self) -> Vec<Stage> {
        let mut configurations = self.configurations().into_iter();
        let (_, first) = configurations.next().expect("a scenario has a configuration");
        let updates = configurations.map(|(name, configuration)| Stage::Update { name, configuration });
        [Stage::Create { configuration: first }]
            .into_iter()
            .chain(updates)
            .chain([Stage::Import, Stage::Drift, Stage::Destroy])
            .collect()
    }

    /// Applies the first configuration as often as it takes, up to `most` times, until nothing is left to do; the case, and
    /// how often it took.
    ///
    /// # Panics
    /// When it does not come to rest.
    #[must_use]
    pub fn converge(&self, aws: &Arc<StandIn>, most: u32) -> (Case, u32) {
        let case = self.case(aws);
        let times = rest(&case, &self.first(), most);
        (case, times)
    }

    /// Applies the other configurations in turn, each as often as it takes, up to `most` times, until nothing is left to do; how
    /// often it took.
    ///
    /// # Panics
    /// When one does not come to rest.
    #[must_use]
    pub fn change(&self, case: &Case, most: u32) -> u32 {
        let configurations = self.configurations();
        configurations.iter().skip(1).map(|(_, configuration)| rest(case, configuration, most)).sum()
    }

    /// Destroys everything, as often as it takes, up to `most` times; how often it took.
    ///
    /// # Panics
    /// When something remains.
    pub fn vanish(case: &Case, most: u32) -> u32 {
        repeat(case, &["destroy", "-auto-approve"], most)
    }

    /// The first configuration.
    pub(crate) fn first(&self) -> String {
        let (_, first) = self.configurations().into_iter().next().expect("a scenario has a configuration");
        first
    }

    pub(crate) fn case(&self, aws: &Arc<StandIn>) -> Case {
        let fixtures = aws.fixtures();
        let subnets = Value::from(fixtures.subnet_ids.to_vec()).to_string();
        let case = Setup::new(&Provider::sparki())
            .aws(Arc::clone(aws))
            .set("TF_VAR_cluster_role_arn", &fixtures.cluster_role_arn)
            .set("TF_VAR_node_role_arn", &fixtures.node_role_arn)
            .set("TF_VAR_subnet_ids", &subnets)
            .set("TF_VAR_other_subnet_id", &fixtures.other_subnet_id)
            .set("TF_VAR_security_group_id", &fixtures.security_group_id);
        // Short, for the names of some services are.
        let name = case.clone().case().unique("it");
        let mut case = case.set("TF_VAR_name", &name);
        let configurations = self.configurations();
        for what in Extra::ALL {
            let declared = format!("variable \"{}\"", what.name());
            if configurations.iter().any(|(_, it)| it.contains(&declared)) {
                case = case.set(&format!("TF_VAR_{}", what.name()), &aws.extra(what));
            }
        }
        case.case()
    }

    pub(crate) fn import(&self, case: &Case, configuration: &str) {
        let id = case.state().text(&self.address, "/id").to_owned();
        let unverified: Vec<&str> = self.unverified.iter().map(String::as_str).collect();
        let unverified = Unverified(&unverified);
        case.verify_import(configuration, &self.address, &id, unverified);
        let identity = case.state().identity(&self.address).clone();
        let again = || {
            let import = case.import(configuration, &self.address).ignoring_all(unverified).persisted();
            if self.completes_import { import.expect_non_empty_plan() } else { import }
        };
        let _ = again().by_block(&id).run();
        let _ = again().by_identity(identity).run();
        case.verify_generated(&self.address, &id, unverified);
        case.verify_data_source(&self.kind, &self.address, &id, unverified);
    }

    pub(crate) fn drift(&self, case: &Case, aws: &StandIn, configuration: &str) {
        let state = case.state();
        let _ = side_of(&self.folder, aws).asked("drift", state.attributes(&self.address));
        // What it did may take its time.
        eventually("the drift shows", || !case.plan(configuration).is_empty());
        let applied = case.apply(configuration);
        assert_ne!(applied.plan.action(&self.address), Action::NoOp, "nothing has drifted");
    }

    /// Each configuration, with its name: `2-upgrade`.
    fn configurations(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(&self.folder).expect("the scenario is there");
        let paths = entries.map(|entry| entry.expect("the folder can be read").path());
        let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "tf")).collect();
        paths.sort();
        let read = |path: PathBuf| {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
            let configuration = fs::read_to_string(&path).expect("a configuration can be read");
            (name.unwrap_or_default(), configuration)
        };
        paths.into_iter().map(read).collect()
    }

    /// The attributes that could change in place and do so in no update, each with the reason: `access_entries.*.type`.
    #[must_use]
    pub fn unchanged(&self) -> &BTreeMap<String, String> {
        &self.unchanged
    }

    /// Why it does not pass against a stand-in: what that one lacks.
    #[must_use]
    pub fn lacking(&self, stand_in: &str) -> Option<&str> {
        self.lacking.get(stand_in).map(String::as_str)
    }

    /// Address of the object that it is about.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The type.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

/// Applies a configuration until nothing is left to do; how often it took.
fn rest(case: &Case, configuration: &str, most: u32) -> u32 {
    case.configure(configuration);
    let times = repeat(case, &["apply", "-auto-approve"], most);
    let _ = repeat(case, &["plan", "-detailed-exitcode"], most);
    times
}

/// Reasons by what they are for; none where there are no reasons.
fn reasons(described: &Value) -> BTreeMap<String, String> {
    let described = described.as_object().into_iter().flatten();
    let text = |reason: &Value| reason.as_str().expect("a reason in scenario.json is text").to_owned();
    described.map(|(what, reason)| (what.clone(), text(reason))).collect()
}

/// Runs a command until it succeeds; how often it took.
fn repeat(case: &Case, command: &[&str], most: u32) -> u32 {
    let arguments = [command, &["-input=false", "-no-color"]].concat();
    for times in 1..=most {
        let output = case.terraform().run(&arguments);
        if output.code() == Some(0) {
            return times;
        }
        // There is something to do, which nobody will do.
        assert!(times < most && output.code() == Some(1), "{times} times were not enough: {output}");
    }
    unreachable!("the last time ends it")
}

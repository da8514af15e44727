//! Taking over an object that exists already, in each of Terraform's ways.

use serde_json::{Map, Value};

use crate::case::Case;
use crate::check::{Imported, Unverified};
use crate::plan::{Action, Plan};
use crate::plan_check::PlanCheck;
use crate::state::State;
use crate::value_path::{ValuePath, at};
use crate::version::Rule;

/// How Terraform is told what to take over.
#[derive(Clone, Debug)]
enum Kind {
    Command(String),
    Block(String),
    Identity(Value),
}

/// Into which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Apart,
    Same,
}

/// Where the configuration of the object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The test, and the import block is added.
    Given,
    /// The test, import block and all.
    Exact,
    /// Terraform writes it.
    Generated,
}

/// An import that is described, and done with [`Import::run`].
///
/// ```no_run
/// use acceptance::{Case, at};
///
/// # fn check(case: &Case, config: &str, id: &str) {
/// case.import(config, "sparki_workspace.it").by_command(id).run();
/// case.import(config, "sparki_workspace.it").by_block(id).ignoring(at("delete_behavior")).run();
/// case.import("", "sparki_workspace.new").like("sparki_workspace.it").by_block(id).generated().run();
/// # }
/// ```
#[must_use = "an import is done by run"]
pub struct Import<'a> {
    case: &'a Case,
    configuration: String,
    address: String,
    original: String,
    kind: Option<Kind>,
    place: Place,
    source: Source,
    unverified: Vec<ValuePath>,
    plan: Vec<PlanCheck>,
    changes: bool,
}

impl Case {
    /// Describes an import of what the state of this case has at an address, with this configuration.
    pub fn import(&self, configuration: &str, address: &str) -> Import<'_> {
        Import {
            case: self,
            configuration: configuration.to_owned(),
            address: address.to_owned(),
            original: address.to_owned(),
            kind: None,
            place: Place::Apart,
            source: Source::Given,
            // How long operations may take is nobody's but the configuration's.
            unverified: vec![at("timeouts")],
            plan: Vec::new(),
            changes: false,
        }
    }
}

impl Import<'_> {
    /// By `terraform import ADDRESS ID`.
    pub fn by_command(self, id: &str) -> Self {
        Self { kind: Some(Kind::Command(id.to_owned())), ..self }
    }

    /// By a block with the id.
    pub fn by_block(self, id: &str) -> Self {
        Self { kind: Some(Kind::Block(id.to_owned())), ..self }
    }

    /// By a block with the identity. Skipped with a reason where the tool has no identities.
    pub fn by_identity(self, identity: Value) -> Self {
        Self { kind: Some(Kind::Identity(identity)), ..self }
    }

    /// The object has another address in the state of this case.
    pub fn like(self, address: &str) -> Self {
        Self { original: address.to_owned(), ..self }
    }

    /// Does not compare a value that the remote side does not know.
    pub fn ignoring(mut self, path: ValuePath) -> Self {
        self.unverified.push(path);
        self
    }

    /// Does not compare attributes that the remote side does not know.
    pub fn ignoring_all(mut self, unverified: Unverified<'_>) -> Self {
        self.unverified.extend(unverified.0.iter().map(|name| at(name)));
        self
    }

    /// Checks the plan of an import by block.
    pub fn plan(mut self, check: PlanCheck) -> Self {
        self.plan.push(check);
        self
    }

    /// The configuration differs from the object, so the plan of an import by block changes it.
    pub fn expect_non_empty_plan(self) -> Self {
        Self { changes: true, ..self }
    }

    /// Forgets the object and imports it into the state it was in, for the steps that follow.
    pub fn persisted(self) -> Self {
        Self { place: Place::Same, ..self }
    }

    /// The configuration is used as it is: it has the import block already.
    pub fn exact_config(self) -> Self {
        Self { source: Source::Exact, ..self }
    }

    /// Terraform writes the configuration of the object; the one given has what is around it.
    pub fn generated(self) -> Self {
        Self { source: Source::Generated, ..self }
    }

    /// Imports, and compares with what was applied; an import by block must leave nothing to do.
    ///
    /// Nothing where it is skipped, which is reported.
    ///
    /// # Panics
    /// When any of this does not hold.
    pub fn run(self) -> Option<Imported> {
        let before = self.case.state();
        let kind = self.kind.clone().expect("an import says by what");
        if matches!(kind, Kind::Identity(_))
            && !Rule::IDENTITY.allows(self.case.tool(), "an import by identity")
        {
            return None;
        }
        let apart = match self.place {
            Place::Apart => Some(self.case.beside()),
            Place::Same => {
                let forget = ["state", "rm", self.original.as_str()];
                let _ = self.case.terraform().run(&forget).succeeded();
                None
            }
        };
        let case = apart.as_ref().unwrap_or(self.case);
        match &kind {
            Kind::Command(id) => {
                case.configure(&self.configuration);
                let import = ["import", "-input=false", "-no-color", &self.address, id];
                let _ = case.terraform().run(&import).succeeded();
                self.compare(&before, &case.state());
            }
            Kind::Block(id) => self.by_plan(case, &format!("id = {id:?}"), &before),
            Kind::Identity(identity) => self.by_plan(case, &format!("identity = {identity}"), &before),
        }
        let state = case.state();
        Some(Imported { case: apart, state })
    }

    fn by_plan(&self, case: &Case, what: &str, before: &State) {
        let block = format!("import {{\n  to = {}\n  {what}\n}}\n", self.address);
        let flags: &[&str] = match self.source {
            Source::Given | Source::Exact => &[],
            Source::Generated => &["-generate-config-out=generated.tf"],
        };
        case.configure(&match self.source {
            Source::Exact => self.configuration.clone(),
            Source::Given | Source::Generated => format!("{}{block}", self.configuration),
        });
        let plan = case.plan_again(flags);
        let written = case.terraform().read("generated.tf").unwrap_or_default();
        let text = String::from_utf8_lossy(&written);
        let wrong: Vec<String> = self.plan.iter().filter_map(|check| check.check(&plan).err()).collect();
        assert!(wrong.is_empty(), "the plan of the import is not as expected:\n{}\n{text}", wrong.join("\n"));
        assert!(plan.imports(&self.address), "{} is not imported:\n{text}", self.address);
        self.expect_action(&plan, &text);
        let _ = case.carry_out().succeeded();
        case.expect_nothing_to_do();
        if !self.changes {
            self.compare(before, &case.state());
        }
    }

    fn expect_action(&self, plan: &Plan, text: &str) {
        let action = plan.action(&self.address);
        if self.changes {
            assert_ne!(action, Action::NoOp, "nothing changes, though the configuration was said to differ");
        } else {
            assert_eq!(action, Action::NoOp, "the import changes something: {}\n{text}", plan.outline());
        }
    }

    fn compare(&self, before: &State, after: &State) {
        let compared = |attributes: &Map<String, Value>| {
            let mut attributes = Value::Object(attributes.clone());
            self.unverified.iter().for_each(|path| path.remove_from(&mut attributes));
            attributes
        };
        let (expected, actual) = (before.attributes(&self.original), after.attributes(&self.address));
        assert_eq!(
            compared(actual),
            compared(expected),
            "imported by {:?} (left) and applied (right) differ",
            self.kind
        );
    }
}

//! One step of a case: a configuration, what is done with it, and what must hold before and after.

use serde_json::{Map, Value};

use crate::case::{Applied, Case};
use crate::diagnostic::Refusal;
use crate::plan::Plan;
use crate::plan_check::PlanCheck;
use crate::state_check::StateCheck;
use crate::version::Rule;

/// Where the variables of a step are; Terraform reads it by itself.
const VARIABLES: &str = "step.auto.tfvars.json";

/// What is done with the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Apply,
    PlanOnly,
    RefreshOnly,
    Destroy,
}

/// What the plans after the step have to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Afterwards {
    Empty,
    NotEmpty,
}

/// A step that is described, and taken with [`Step::run`].
///
/// ```no_run
/// use acceptance::{Action, Case, PlanCheck, StateCheck, at};
///
/// let case = Case::new();
/// let slug = case.unique("acme");
/// let it = "sparki_workspace.it";
/// case.step(&format!("resource \"sparki_workspace\" \"it\" {{\n  name = \"Acme\"\n  slug = {slug:?}\n}}\n"))
///     .plan(PlanCheck::action(it, Action::Create))
///     .plan(PlanCheck::unknown(it, at("id")))
///     .state(StateCheck::known(it, at("slug"), &slug))
///     .run();
/// ```
#[must_use = "a step is taken by run"]
pub struct Step<'a> {
    case: &'a Case,
    configuration: String,
    mode: Mode,
    afterwards: Afterwards,
    flags: Vec<String>,
    targets: Vec<String>,
    variables: Map<String, Value>,
    before: Vec<PlanCheck>,
    state: Vec<StateCheck>,
    unrefreshed: Vec<PlanCheck>,
    refreshed: Vec<PlanCheck>,
}

/// A step that is taken only where the tool allows it.
#[must_use = "a step is taken by run"]
pub struct ConditionalStep<'a> {
    step: Step<'a>,
    rules: Vec<Rule>,
}

impl Case {
    /// Describes a step: this configuration is planned, applied, and planned twice more.
    pub fn step(&self, configuration: &str) -> Step<'_> {
        Step {
            case: self,
            configuration: configuration.to_owned(),
            mode: Mode::Apply,
            afterwards: Afterwards::Empty,
            flags: Vec::new(),
            targets: Vec::new(),
            variables: Map::new(),
            before: Vec::new(),
            state: Vec::new(),
            unrefreshed: Vec::new(),
            refreshed: Vec::new(),
        }
    }

    /// Whether the tool allows what follows. What is skipped is reported with the reason.
    ///
    /// # Panics
    /// When a rule requires what the tool has not.
    #[must_use]
    pub fn allows(&self, rules: &[Rule]) -> bool {
        rules.iter().all(|rule| rule.allows(self.tool(), "the rest of the test"))
    }
}

impl<'a> Step<'a> {
    /// Plans only. The plan must be empty, unless the step says otherwise.
    pub fn plan_only(self) -> Self {
        Self { mode: Mode::PlanOnly, ..self }
    }

    /// Only takes over into the state what has changed on the remote side.
    pub fn refresh_only(self) -> Self {
        Self { mode: Mode::RefreshOnly, ..self }
    }

    /// Destroys everything, and looks on the remote side that nothing remains.
    pub fn destroy(self) -> Self {
        Self { mode: Mode::Destroy, ..self }
    }

    /// Something is left to do after the step.
    pub fn expect_non_empty_plan(self) -> Self {
        Self { afterwards: Afterwards::NotEmpty, ..self }
    }

    /// Is about this object only, and what it needs.
    pub fn target(mut self, address: &str) -> Self {
        self.targets.push(format!("-target={address}"));
        self
    }

    /// Makes an object again, whatever the plan would be.
    pub fn replace(mut self, address: &str) -> Self {
        self.flags.push(format!("-replace={address}"));
        self
    }

    /// Another flag of `plan`.
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Sets a variable of the configuration, in this step.
    pub fn variable(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// Checks the plan before it is carried out.
    pub fn plan(mut self, check: PlanCheck) -> Self {
        self.before.push(check);
        self
    }

    /// Checks the state after the plan was carried out.
    pub fn state(mut self, check: StateCheck) -> Self {
        self.state.push(check);
        self
    }

    /// Checks the plan that is made afterwards without asking the remote side.
    pub fn plan_before_refresh(mut self, check: PlanCheck) -> Self {
        self.unrefreshed.push(check);
        self
    }

    /// Checks the plan that is made afterwards.
    pub fn plan_after_refresh(mut self, check: PlanCheck) -> Self {
        self.refreshed.push(check);
        self
    }

    /// Takes the step only where the tool allows it.
    pub fn only(self, rule: Rule) -> ConditionalStep<'a> {
        ConditionalStep { step: self, rules: vec![rule] }
    }

    /// Takes the step.
    ///
    /// # Panics
    /// When a command fails, or with everything that does not hold.
    pub fn run(self) -> Applied {
        self.prepare();
        let plan = self.case.plan_again(&self.flags_of_plan());
        demand("the plan", &plan, judge_plan(&self.before, &plan));
        if self.mode == Mode::PlanOnly {
            demand("the plan", &plan, self.judge_emptiness(&plan));
            return Applied { plan, state: self.case.state() };
        }
        let destroyed = (self.mode == Mode::Destroy).then(|| self.case.state());
        let _ = self.case.carry_out().succeeded();
        let state = self.case.state();
        let allowed = self.state.iter().filter(|check| {
            check.rule.as_ref().is_none_or(|rule| rule.allows(self.case.tool(), "a check of the state"))
        });
        let wrong: Vec<String> = allowed.filter_map(|check| check.check(&state).err()).collect();
        assert!(wrong.is_empty(), "the state is not as expected:\n{}", wrong.join("\n"));
        destroyed.iter().for_each(|before| self.case.expect_gone(before));
        self.expect_afterwards();
        Applied { plan, state }
    }

    /// Checks that the step is refused while it is planned.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn refused_at_plan(self) -> Refusal {
        self.prepare();
        let arguments = [vec!["plan", "-input=false", "-json"], self.flags_of_plan()].concat();
        Refusal::read(self.case.terraform().run(&arguments))
    }

    /// Checks that the step can be planned, and is refused when it is carried out.
    ///
    /// # Panics
    /// When it is not, or with what does not hold of the plan.
    #[must_use]
    pub fn refused_at_apply(self) -> Refusal {
        self.prepare();
        let plan = self.case.plan_again(&self.flags_of_plan());
        demand("the plan", &plan, judge_plan(&self.before, &plan));
        Refusal::read(self.case.terraform().run(&["apply", "-input=false", "-json", "plan"]))
    }

    fn prepare(&self) {
        let variables = Value::Object(self.variables.clone());
        self.case.terraform().write(VARIABLES, &variables.to_string());
        self.case.configure(&self.configuration);
    }

    fn flags_of_plan(&self) -> Vec<&str> {
        let mode = match self.mode {
            Mode::Apply | Mode::PlanOnly => None,
            Mode::RefreshOnly => Some("-refresh-only"),
            Mode::Destroy => Some("-destroy"),
        };
        mode.into_iter().chain(self.targets.iter().chain(&self.flags).map(String::as_str)).collect()
    }

    /// Plans twice more, first without asking the remote side, then with.
    fn expect_afterwards(&self) {
        let mode = (self.mode == Mode::Destroy).then_some("-destroy");
        let same: Vec<&str> = mode.into_iter().chain(self.targets.iter().map(String::as_str)).collect();
        for (refresh, checks) in [("-refresh=false", &self.unrefreshed), ("-refresh=true", &self.refreshed)] {
            let flags = [same.clone(), vec![refresh]].concat();
            if checks.is_empty() && self.afterwards == Afterwards::Empty {
                self.case.expect_nothing_with(&flags);
                continue;
            }
            let plan = self.case.plan_again(&flags);
            let mut wrong = judge_plan(checks, &plan);
            // What the remote side has to do with it shows only when it is asked.
            if self.afterwards == Afterwards::Empty || refresh == "-refresh=true" {
                wrong.extend(self.judge_emptiness(&plan));
            }
            demand(&format!("the plan after the step with {refresh}"), &plan, wrong);
        }
    }

    fn judge_emptiness(&self, plan: &Plan) -> Vec<String> {
        let check = match self.afterwards {
            Afterwards::Empty => PlanCheck::empty(),
            Afterwards::NotEmpty => PlanCheck::not_empty(),
        };
        judge_plan(&[check], plan)
    }
}

impl ConditionalStep<'_> {
    /// Under one more condition.
    pub fn only(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Takes the step as [`Step::run`] does; nothing where it is skipped, which is reported.
    ///
    /// # Panics
    /// As for [`Step::run`], and when a rule requires what the tool has not.
    pub fn run(self) -> Option<Applied> {
        let tool = self.step.case.tool();
        let allowed = self.rules.iter().all(|rule| rule.allows(tool, "a step"));
        allowed.then(|| self.step.run())
    }
}

fn judge_plan(checks: &[PlanCheck], plan: &Plan) -> Vec<String> {
    checks.iter().filter_map(|check| check.check(plan).err()).collect()
}

fn demand(what: &str, plan: &Plan, wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{what} is not as expected:\n{}\nIt is: {}", wrong.join("\n"), plan.outline());
}

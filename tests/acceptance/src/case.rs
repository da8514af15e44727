//! One test: a configuration that goes through steps, and what must hold at each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::control_plane::ControlPlane;
use crate::diagnostic::Refusal;
use crate::driver::Driver;
use crate::output::Output;
use crate::plan::Plan;
use crate::provider::Provider;
use crate::setup::Setup;
use crate::stand_in::StandIn;
use crate::state::State;
use crate::terraform::Terraform;
use crate::tool::Tool;

/// A working directory with a remote side: a control plane, AWS if asked for, or whatever a [`Setup`] says.
pub struct Case {
    terraform: Terraform,
    setup: Setup,
}

/// A step that was taken.
pub struct Applied {
    /// What was planned.
    pub plan: Plan,
    /// What there is now.
    pub state: State,
}

impl Case {
    /// A case on the control plane that tests share.
    #[must_use]
    pub fn new() -> Self {
        Self::on(ControlPlane::shared())
    }

    /// A case with a control plane of its own, which may be made to misbehave.
    #[must_use]
    pub fn alone() -> Self {
        Self::on(Arc::new(ControlPlane::start()))
    }

    /// A case on a control plane.
    #[must_use]
    pub fn on(control_plane: Arc<ControlPlane>) -> Self {
        Setup::new(&Provider::sparki()).control_plane(control_plane).case()
    }

    /// A case on the control plane that tests share, with AWS.
    #[must_use]
    pub fn with_aws() -> Self {
        let setup = Setup::new(&Provider::sparki()).control_plane(ControlPlane::shared());
        setup.aws(StandIn::moto()).case()
    }

    /// The same where everything of EKS takes its time and has AWS's rules.
    #[must_use]
    pub fn with_simulated_aws() -> Self {
        let setup = Setup::new(&Provider::sparki()).control_plane(ControlPlane::shared());
        setup.aws(StandIn::simulated()).case()
    }

    /// A case of the provider of this repository where everything else is chosen.
    #[must_use]
    pub fn with(
        control_plane: Arc<ControlPlane>,
        stand_in: Option<Arc<StandIn>>,
        tool: &Tool,
        driver: Driver,
    ) -> Self {
        let setup = Setup::new(&Provider::sparki()).control_plane(control_plane).tool(tool).driver(driver);
        match stand_in {
            Some(stand_in) => setup.aws(stand_in).case(),
            None => setup.case(),
        }
    }

    pub(crate) fn of(setup: Setup) -> Self {
        let mut terraform = Terraform::with(&setup.tool, &setup.driver, setup.installations.clone());
        for (name, value) in &setup.environment {
            terraform.set(name, value);
        }
        Self { terraform, setup }
    }

    /// Another working directory beside this one: the same remote side, an empty state.
    #[must_use]
    pub fn beside(&self) -> Self {
        self.setup.clone().case()
    }

    /// A name that no other test has.
    #[must_use]
    pub fn unique(&self, name: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        format!("{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The working directory.
    #[must_use]
    pub fn terraform(&self) -> &Terraform {
        &self.terraform
    }

    /// The working directory, to change its environment.
    pub fn terraform_mut(&mut self) -> &mut Terraform {
        &mut self.terraform
    }

    /// The tool that runs configurations.
    #[must_use]
    pub fn tool(&self) -> &Tool {
        &self.setup.tool
    }

    /// The control plane.
    ///
    /// # Panics
    /// When the case was made without.
    #[must_use]
    pub fn control_plane(&self) -> &ControlPlane {
        self.setup.control_plane.as_deref().expect("the case was made with a control plane")
    }

    /// AWS.
    ///
    /// # Panics
    /// When the case was made without.
    #[must_use]
    pub fn aws(&self) -> &StandIn {
        self.setup.stand_in.as_deref().expect("the case was made with AWS")
    }

    /// Writes the configuration that the commands which follow are about.
    pub fn configure(&self, configuration: &str) {
        self.terraform.write("main.tf", &format!("{}{configuration}", self.prelude()));
        if self.setup.driver == Driver::Mirror && self.terraform.read(".terraform.lock.hcl").is_none() {
            self.terraform.init();
        }
    }

    /// Plans a configuration, and keeps the plan for [`Case::carry_out`].
    #[must_use]
    pub fn plan(&self, configuration: &str) -> Plan {
        self.configure(configuration);
        self.plan_again(&[])
    }

    /// Plans the same configuration again, with more flags.
    #[must_use]
    pub fn plan_again(&self, flags: &[&str]) -> Plan {
        let arguments = [&["plan", "-input=false", "-no-color", "-out=plan"], flags].concat();
        let _ = self.terraform.run(&arguments).succeeded();
        Plan::new(self.show(&["plan"]))
    }

    /// Carries out the plan that was kept.
    #[must_use]
    pub fn carry_out(&self) -> Output {
        self.terraform.run(&["apply", "-input=false", "-no-color", "plan"])
    }

    /// Plans a configuration, applies it, and checks that nothing is left to do.
    ///
    /// # Panics
    /// When any of this fails.
    pub fn apply(&self, configuration: &str) -> Applied {
        self.step(configuration).run()
    }

    /// Checks that a plan is empty, outputs included: first without asking the remote side, then with.
    ///
    /// # Panics
    /// When one is not.
    pub fn expect_nothing_to_do(&self) {
        for refresh in ["-refresh=false", "-refresh=true"] {
            self.expect_nothing_with(&[refresh]);
        }
    }

    pub(crate) fn expect_nothing_with(&self, flags: &[&str]) {
        let arguments = [&["plan", "-input=false", "-no-color", "-detailed-exitcode"], flags].concat();
        let output = self.terraform.run(&arguments);
        assert_eq!(output.code(), Some(0), "there is something to do: {output}");
    }

    /// Checks that a configuration is refused at plan.
    #[must_use]
    pub fn refuses_plan(&self, configuration: &str) -> Refusal {
        self.configure(configuration);
        Refusal::read(self.terraform.run(&["plan", "-input=false", "-json"]))
    }

    /// Checks that a configuration can be planned but not applied.
    #[must_use]
    pub fn refuses_apply(&self, configuration: &str) -> Refusal {
        self.configure(configuration);
        let _ = self.terraform.run(&["plan", "-input=false", "-no-color", "-out=plan"]).succeeded();
        Refusal::read(self.terraform.run(&["apply", "-input=false", "-json", "plan"]))
    }

    /// Checks that destroying everything is refused.
    #[must_use]
    pub fn refuses_destroy(&self) -> Refusal {
        Refusal::read(self.terraform.run(&["destroy", "-input=false", "-auto-approve", "-json"]))
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        State::new(self.show(&[]))
    }

    /// Marks an object as broken.
    pub fn taint(&self, address: &str) {
        let _ = self.terraform.run(&["taint", "-no-color", address]).succeeded();
    }

    /// Destroys everything, and checks that nothing of it remains on the remote side.
    ///
    /// # Panics
    /// When something does.
    pub fn finish(self) {
        self.destroy();
    }

    pub(crate) fn destroy(&self) {
        let before = self.state();
        let _ = self.terraform.run(&["destroy", "-input=false", "-auto-approve", "-no-color"]).succeeded();
        assert!(self.state().resources().is_empty(), "something is still in the state");
        self.expect_gone(&before);
    }

    /// Checks that nothing that was in a state remains on the remote side.
    ///
    /// # Panics
    /// When something does, or when nobody knows whether it does.
    pub fn expect_gone(&self, before: &State) {
        for resource in before.managed() {
            let text = |name: &str| resource[name].as_str().expect("an object has an address and a type");
            let (address, kind) = (text("address"), text("type"));
            let attributes = resource["values"].as_object().expect("an object has attributes");
            let gone = self.setup.remotes.iter().find_map(|remote| remote.is_gone(kind, attributes));
            let gone = gone.unwrap_or_else(|| panic!("no remote knows whether {address} is gone"));
            assert!(gone, "{address} remains");
        }
    }

    /// Where the providers come from; every configuration starts with it.
    fn prelude(&self) -> String {
        let providers = self.setup.installations.iter().map(|it| it.which());
        let required: String = providers
            .map(|it| format!("    {} = {{\n      source = {:?}\n    }}\n", it.name(), it.source()))
            .collect();
        format!("terraform {{\n  required_providers {{\n{required}  }}\n}}\n")
    }

    fn show(&self, what: &[&str]) -> Value {
        let output = self.terraform.run(&[&["show", "-json", "-no-color"], what].concat()).succeeded();
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
    }
}

impl Default for Case {
    fn default() -> Self {
        Self::new()
    }
}

//! One test: a configuration that goes through steps, and what must hold at each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::control_plane::ControlPlane;
use crate::diagnostic::Refusal;
use crate::moto::Moto;
use crate::output::Output;
use crate::plan::Plan;
use crate::state::State;
use crate::terraform::{Driver, Terraform};
use crate::tool::Tool;

/// Where the provider comes from; every configuration starts with it.
pub(crate) const PRELUDE: &str = "terraform {
  required_providers {
    sparki = {
      source = \"sparki-io/sparki\"
    }
  }
}
";

/// A working directory with a control plane, and AWS if asked for.
pub struct Case {
    terraform: Terraform,
    control_plane: Arc<ControlPlane>,
    moto: Option<Arc<Moto>>,
    tool: Tool,
    driver: Driver,
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
        Self::with(control_plane, None, &Tool::preferred(), Driver::DevOverrides)
    }

    /// A case on the control plane that tests share, with AWS.
    #[must_use]
    pub fn with_aws() -> Self {
        Self::with(ControlPlane::shared(), Some(Moto::shared()), &Tool::preferred(), Driver::DevOverrides)
    }

    /// A case where everything is chosen.
    #[must_use]
    pub fn with(
        control_plane: Arc<ControlPlane>,
        moto: Option<Arc<Moto>>,
        tool: &Tool,
        driver: Driver,
    ) -> Self {
        let mut terraform = Terraform::new(tool, &driver);
        terraform.set("SPARKI_ENDPOINT", control_plane.endpoint());
        terraform.set("SPARKI_API_KEY", control_plane.api_key());
        if let Some(moto) = &moto {
            terraform.set("AWS_ENDPOINT_URL", moto.endpoint());
        }
        Self { terraform, control_plane, moto, tool: tool.clone(), driver }
    }

    /// Another working directory beside this one: the same remote side, an empty state.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self::with(Arc::clone(&self.control_plane), self.moto.clone(), &self.tool, self.driver.clone())
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

    /// The control plane.
    #[must_use]
    pub fn control_plane(&self) -> &ControlPlane {
        &self.control_plane
    }

    /// AWS.
    ///
    /// # Panics
    /// When the case was made without.
    #[must_use]
    pub fn aws(&self) -> &Moto {
        self.moto.as_deref().expect("the case was made with AWS")
    }

    /// Writes the configuration that the commands which follow are about.
    pub fn configure(&self, configuration: &str) {
        self.terraform.write("main.tf", &format!("{PRELUDE}{configuration}"));
        if self.driver == Driver::Mirror && self.terraform.read(".terraform.lock.hcl").is_none() {
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
        let plan = self.plan(configuration);
        let _ = self.carry_out().succeeded();
        self.expect_nothing_to_do();
        Applied { plan, state: self.state() }
    }

    /// Checks that a plan is empty, outputs included: first without asking the remote side, then with.
    ///
    /// # Panics
    /// When one is not.
    pub fn expect_nothing_to_do(&self) {
        for refresh in ["-refresh=false", "-refresh=true"] {
            let output =
                self.terraform.run(&["plan", "-input=false", "-no-color", "-detailed-exitcode", refresh]);
            assert_eq!(output.code(), Some(0), "there is something to do: {output}");
        }
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
        let state = self.state();
        let _ = self.terraform.run(&["destroy", "-input=false", "-auto-approve", "-no-color"]).succeeded();
        assert!(self.state().resources().is_empty(), "something is still in the state");
        for resource in state.resources().iter().filter(|resource| resource["mode"] == "managed") {
            assert!(self.is_gone(resource), "{} remains", resource["address"]);
        }
    }

    fn is_gone(&self, resource: &Value) -> bool {
        let kind = resource["type"].as_str().expect("an object has a type");
        let text = |name: &str| resource["values"][name].as_str().unwrap_or_default();
        match kind {
            "sparki_eks_cluster" => {
                self.aws().eks("GET", &format!("/clusters/{}", text("name")), None).status == 404
            }
            "sparki_eks_node_group" => {
                let path = format!("/clusters/{}/node-groups/{}", text("cluster_name"), text("name"));
                self.aws().eks("GET", &path, None).status == 404
            }
            _ => collection_of(kind)
                .is_none_or(|collection| self.control_plane.read(collection, text("id")).is_none()),
        }
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

/// Where the control plane keeps the objects of a type.
pub(crate) fn collection_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "sparki_workspace" => "workspaces",
        "sparki_project" => "projects",
        "sparki_pipeline" => "pipelines",
        "sparki_environment" => "environments",
        "sparki_deployment_target" => "deployment-targets",
        _ => return None,
    })
}

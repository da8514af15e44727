//! The types under generic planning: what is planned is what there is, and then nothing is planned any more.

use std::sync::Arc;

use sparki_aws::Aws;
use sparki_core::{Call, Dynamic, ErasedResource, ObjectSchema, Private, Remotes};
use sparki_plan::{
    Action, Besides, InstancePlan, check, plan_knowing, schema_problems, settle, settle_refresh,
};
use sparki_topology::registry;
use tokio_util::sync::CancellationToken;

use crate::Moto;
use crate::support::Begun;

/// A resource and its state, as a state file holds it.
pub(crate) struct Instance {
    pub(crate) resource: Arc<dyn ErasedResource>,
    remotes: Arc<Remotes>,
    pub(crate) state: Dynamic,
}

impl Instance {
    pub(crate) fn new(type_name: &str, aws: &Arc<Aws>) -> Self {
        let resource = Arc::clone(&registry().resources()[type_name]);
        Self { resource, remotes: remotes(aws), state: Dynamic::Null }
    }

    /// Goes on with another connection, as if the provider were set up in another way.
    pub(crate) fn go_on_with(&mut self, aws: &Arc<Aws>) {
        self.remotes = remotes(aws);
    }

    /// The plan for a configuration over a state.
    pub(crate) fn plan(&self, config: &Dynamic, prior: &Dynamic) -> InstancePlan {
        let besides = Besides { private: &Private::default(), inherited: self.remotes.inherited() };
        plan_knowing(&*self.resource, config, prior, besides)
    }

    pub(crate) fn call(&self) -> Call {
        self.call_after(Arc::default())
    }

    /// The same in a process that knows what earlier ones have begun.
    pub(crate) fn call_after(&self, begun: Arc<Begun>) -> Call {
        Call::new(Arc::clone(&self.remotes), Private::default(), CancellationToken::new(), begun)
    }

    /// Plans and applies, checks what Terraform would check, and that nothing is planned afterwards.
    pub(crate) async fn apply(&mut self, config: &[(&str, Dynamic)]) -> Action {
        let schema = &self.resource.schema().object;
        let config = configuration(schema, config);
        assert_eq!(self.resource.validate(&config).to_string(), "");
        let plan = self.plan(&config, &self.state);
        assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
        let problems = check::plan_violations(schema, &self.state, &config, &plan.planned);
        assert!(problems.is_empty(), "{problems:?}");
        let outcome = match plan.action {
            Action::Create => self.resource.create(self.call(), config.clone(), plan.planned.clone()).await,
            Action::Update => {
                let prior = self.state.clone();
                self.resource.update(self.call(), config.clone(), prior, plan.planned.clone()).await
            }
            Action::NoOp => return Action::NoOp,
            Action::Replace | Action::Delete => panic!("{:?} was not asked for", plan.action),
        };
        assert_eq!(outcome.diagnostics.to_string(), "");
        self.state = settle(schema, &plan.planned, outcome.state.expect("what was applied exists"));
        let problems = check::result_violations(schema, &plan.planned, &self.state);
        assert!(problems.is_empty(), "{problems:?}");
        for refresh in [false, true] {
            if refresh {
                self.refresh().await;
            }
            let plan = self.plan(&config, &self.state);
            assert_eq!(plan.action, Action::NoOp, "planned {:#?} over {:#?}", plan.planned, self.state);
        }
        plan.action
    }

    /// Makes the object in a process that knows what earlier ones have begun, and checks that it is what was planned and stays so.
    pub(crate) async fn create_after(&mut self, begun: &Arc<Begun>, config: &[(&str, Dynamic)]) {
        let schema = &self.resource.schema().object;
        let config = configuration(schema, config);
        let plan = self.plan(&config, &Dynamic::Null);
        assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
        let call = self.call_after(Arc::clone(begun));
        let outcome = self.resource.create(call, config.clone(), plan.planned.clone()).await;
        assert_eq!(outcome.diagnostics.to_string(), "");
        self.state = settle(schema, &plan.planned, outcome.state.expect("what was made exists"));
        let problems = check::result_violations(schema, &plan.planned, &self.state);
        assert!(problems.is_empty(), "{problems:?}");
        self.refresh().await;
        let plan = self.plan(&config, &self.state);
        assert_eq!(plan.action, Action::NoOp, "planned {:#?} over {:#?}", plan.planned, self.state);
    }

    /// Tries the same while AWS does not answer, or in a run that is `stopped` already. Whether the state knows of the object then.
    pub(crate) async fn tries_to_create(
        &self,
        begun: &Arc<Begun>,
        config: &[(&str, Dynamic)],
        stopped: bool,
    ) -> bool {
        let config = configuration(&self.resource.schema().object, config);
        let plan = self.plan(&config, &Dynamic::Null);
        let stop = CancellationToken::new();
        if stopped {
            stop.cancel();
        }
        let begun: Arc<dyn sparki_core::Intents> = begun.clone();
        let call = Call::new(Arc::clone(&self.remotes), Private::default(), stop, begun);
        let outcome = self.resource.create(call, config, plan.planned).await;
        outcome.state.is_some_and(|state| !state.is_null())
    }

    /// Tries to apply, which fails; what is told. The state is what there is then.
    pub(crate) async fn fails(&mut self, config: &[(&str, Dynamic)]) -> String {
        let config = configuration(&self.resource.schema().object, config);
        let plan = self.plan(&config, &self.state);
        assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
        let prior = self.state.clone();
        let outcome = match plan.action {
            Action::Create => self.resource.create(self.call(), config, plan.planned).await,
            Action::Update => self.resource.update(self.call(), config, prior, plan.planned).await,
            Action::NoOp | Action::Replace | Action::Delete => panic!("{:?} was not asked for", plan.action),
        };
        assert!(outcome.diagnostics.has_errors(), "it was applied: {:?}", outcome.state);
        self.state = outcome.state.unwrap_or(Dynamic::Null);
        outcome.diagnostics.to_string()
    }

    /// Removes the object; what is told of it.
    pub(crate) async fn remove(&self) -> String {
        self.resource.delete(self.call(), self.state.clone()).await.diagnostics.to_string()
    }

    /// Tries to create the object, which fails; whether the next process is to begin anew.
    pub(crate) async fn fails_for_good(&self, config: &[(&str, Dynamic)]) -> bool {
        let config = configuration(&self.resource.schema().object, config);
        let plan = self.plan(&config, &Dynamic::Null);
        let begun = Arc::new(Begun::default());
        let call = self.call_after(Arc::clone(&begun));
        let outcome = self.resource.create(call, config, plan.planned).await;
        assert!(outcome.diagnostics.has_errors() && outcome.state.is_none());
        !begun.ended().is_empty()
    }

    /// What is found before the plan for this configuration is carried out.
    pub(crate) async fn preflight(&self, config: &[(&str, Dynamic)]) -> String {
        let config = configuration(&self.resource.schema().object, config);
        let plan = self.plan(&config, &self.state);
        assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
        self.resource.preflight(self.call(), self.state.clone(), plan.planned).await.to_string()
    }

    /// The state that an import leads to.
    pub(crate) async fn imported(&self, id: &str) -> Dynamic {
        let outcome = self.resource.import(self.call(), id.to_owned()).await;
        assert_eq!(outcome.diagnostics.to_string(), "");
        settle(
            &self.resource.schema().object,
            &Dynamic::Null,
            outcome.state.expect("what is imported is there"),
        )
    }

    pub(crate) async fn refresh(&mut self) {
        let outcome = self.resource.read(self.call(), self.state.clone()).await;
        assert_eq!(outcome.diagnostics.to_string(), "");
        self.state = settle_refresh(
            &self.resource.schema().object,
            &self.state,
            outcome.state.expect("the object is still there"),
        );
    }
}

fn remotes(aws: &Arc<Aws>) -> Arc<Remotes> {
    Arc::new(Arc::clone(aws).add_to(Remotes::new()))
}

/// The whole object for what a practitioner wrote, nested objects included.
pub(crate) fn configuration(schema: &ObjectSchema, written: &[(&str, Dynamic)]) -> Dynamic {
    Dynamic::object(schema.attributes.iter().map(|attribute| {
        let value = written.iter().find(|(name, _)| *name == attribute.name);
        (attribute.name, value.map_or(Dynamic::Null, |(_, value)| value.clone()))
    }))
}

pub(crate) fn set<const N: usize>(texts: [&str; N]) -> Dynamic {
    Dynamic::set(texts.map(Dynamic::from).into())
}

pub(crate) fn map<const N: usize>(pairs: [(&str, &str); N]) -> Dynamic {
    Dynamic::Map(pairs.map(|(key, value)| (key.to_owned(), value.into())).into())
}

fn cluster() -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", "main".into()),
        ("version", "1.33".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", set(["subnet-1", "subnet-2"])),
    ]
}

#[test]
fn terraform_can_use_every_schema() {
    for resource in registry().resources().values() {
        assert_eq!(schema_problems(resource.schema()), []);
    }
    for data_source in registry().data_sources().values() {
        assert_eq!(schema_problems(data_source.schema()), []);
    }
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply() {
    let moto = Moto::start().await;
    let mut instance = Instance::new("sparki_eks_cluster", &moto.aws);
    assert_eq!(instance.apply(&cluster()).await, Action::Create);
    let changes = [
        ("tags", map([("team", "edge"), ("cost-center", "7")])),
        ("tags", map([])),
        ("tags", Dynamic::Null),
        ("log_types", set(["audit"])),
        ("log_types", set([])),
        ("security_group_ids", set(["sg-1"])),
        ("deletion_protection", false.into()),
        ("support_type", "EXTENDED".into()),
    ];
    let mut config = cluster();
    for (name, value) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        instance.apply(&config).await;
    }
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_node_group() {
    let moto = Moto::start().await;
    Instance::new("sparki_eks_cluster", &moto.aws).apply(&cluster()).await;
    let mut instance = Instance::new("sparki_eks_node_group", &moto.aws);
    let mut config = vec![
        ("cluster_name", "main".into()),
        ("name", "workers".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
        ("subnet_ids", set(["subnet-1"])),
    ];
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("desired_size"), &10.into());
    let taint = [("key", "a".into()), ("value", "".into()), ("effect", "NO_SCHEDULE".into())];
    let changes = [
        ("labels", map([("tier", "web")]), Action::Update),
        ("labels", Dynamic::Null, Action::Update),
        ("taints", Dynamic::set(vec![Dynamic::object(taint)]), Action::Update),
        ("min", 12.into(), Action::Update),
        ("max_unavailable", 3.into(), Action::Update),
        ("initial_size", 20.into(), Action::NoOp),
    ];
    for (name, value, action) in changes {
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        assert_eq!(instance.apply(&config).await, action, "{name}");
    }
}

#[tokio::test]
async fn nothing_is_planned_after_an_import() {
    let moto = Moto::start().await;
    let mut instance = Instance::new("sparki_eks_cluster", &moto.aws);
    instance.apply(&cluster()).await;
    let imported = instance.resource.import(instance.call(), "main".into()).await;
    assert_eq!(imported.state.as_ref(), Some(&instance.state));
    instance.state = imported.state.unwrap();
    assert_eq!(instance.apply(&cluster()).await, Action::NoOp);
}

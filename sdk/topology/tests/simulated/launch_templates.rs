//! Launch templates of node groups. Moto has the templates.

use aws_sdk_ec2::types::{
    LaunchTemplate, LaunchTemplateInstanceMetadataOptionsRequest, LaunchTemplateVersion,
    RequestLaunchTemplateData,
};
use aws_sdk_eks::types::LaunchTemplateSpecification;
use serde_json::json;
use sparki_core::{Dynamic, Model, Path, Reconcile, State};
use sparki_plan::Action;
use sparki_topology::EksNodeGroup;
use sparki_topology::eks_node_group::EksNodeGroupModel;

use super::cluster_in;
use super::stand_in::{StandIn, subnets};
use crate::Moto;
use crate::planned::{Instance, configuration, map, set};
use crate::support::{operation, region};

/// A stand-in before moto with a cluster, and what a group in it is written with.
struct Stage {
    stand_in: StandIn,
    config: Vec<(&'static str, Dynamic)>,
    _moto: Moto,
}

impl Stage {
    async fn set() -> Self {
        let moto = Moto::start().await;
        let stand_in = StandIn::before(&moto.url).await;
        let subnets = subnets(&moto.url).await;
        cluster_in(&stand_in.aws, subnets.clone()).await;
        let config = vec![
            ("cluster_name", "main".into()),
            ("name", "workers".into()),
            ("version", "1.33".into()),
            ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
            ("subnet_ids", set([subnets[0].as_str(), subnets[1].as_str()])),
        ];
        Self { stand_in, config, _moto: moto }
    }

    fn instance(&self) -> Instance {
        Instance::new("sparki_eks_node_group", &self.stand_in.aws)
    }

    fn set_to(&mut self, name: &'static str, value: Dynamic) {
        self.config.retain(|(other, _)| *other != name);
        self.config.push((name, value));
    }

    async fn ec2(&self) -> aws_sdk_ec2::Client {
        self.stand_in.aws.client(&region()).await.expect("a client is made without asking")
    }

    async fn eks(&self) -> aws_sdk_eks::Client {
        self.stand_in.aws.client(&region()).await.expect("a client is made without asking")
    }

    async fn templates(&self) -> Vec<LaunchTemplate> {
        let answer = self.ec2().await.describe_launch_templates().send().await.expect("moto answers");
        answer.launch_templates.unwrap_or_default()
    }

    async fn versions(&self, id: &str) -> Vec<LaunchTemplateVersion> {
        let request = self.ec2().await.describe_launch_template_versions().launch_template_id(id);
        request.send().await.expect("moto answers").launch_template_versions.unwrap_or_default()
    }

    /// Makes a version of a template as somebody else would; its number.
    async fn tamper(&self, id: &str) -> String {
        let options = LaunchTemplateInstanceMetadataOptionsRequest::builder().http_tokens("optional".into());
        let data = RequestLaunchTemplateData::builder().metadata_options(options.build()).build();
        let request = self.ec2().await.create_launch_template_version().launch_template_id(id);
        let answer = request.launch_template_data(data).send().await.expect("moto answers");
        answer
            .launch_template_version()
            .and_then(|it| it.version_number())
            .expect("it has a number")
            .to_string()
    }

    /// Has the group use a version of its template, and waits until it does.
    async fn move_to(&self, id: &str, version: &str) {
        let eks = self.eks().await;
        let to = LaunchTemplateSpecification::builder().id(id).version(version).build();
        let request = eks.update_nodegroup_version().cluster_name("main").nodegroup_name("workers");
        request.launch_template(to).send().await.expect("the stand-in answers");
        self.settled(|group| group.is_some_and(|group| group == version)).await;
    }

    /// Waits until the version of the template that the group uses is as it has to be.
    async fn settled(&self, is_so: impl Fn(Option<String>) -> bool) {
        let eks = self.eks().await;
        for _ in 0..600 {
            let request = eks.describe_nodegroup().cluster_name("main").nodegroup_name("workers");
            let group = request.send().await.ok().and_then(|answer| answer.nodegroup);
            let status =
                group.as_ref().and_then(|group| group.status()).map(|status| status.as_str().to_owned());
            let used = group.and_then(|group| group.launch_template?.version);
            if matches!(status.as_deref(), Some("ACTIVE") | None) && is_so(used) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the group does not come to rest");
    }
}

fn state(instance: &Instance) -> State<EksNodeGroupModel> {
    let state = EksNodeGroupModel::decode(&instance.state, &Path::root());
    State::new(state.expect("a state is a model"))
}

fn template_of(instance: &Instance) -> (String, String) {
    let template = instance.state.attribute("launch_template");
    let text = |name: &str| template.attribute(name).as_str().unwrap_or_default().to_owned();
    (text("id"), text("condition"))
}

fn disk(set: &[(&'static str, Dynamic)]) -> Dynamic {
    let names = ["type", "encrypted", "kms_key_arn", "iops", "throughput_mibps"];
    let value = |name: &str| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone());
    Dynamic::object(names.map(|name| (name, value(name).unwrap_or(Dynamic::Null))))
}

#[tokio::test]
async fn machines_are_changed_by_versions_of_one_template() {
    let mut stage = Stage::set().await;
    let lost =
        ["CreateLaunchTemplate", "CreateLaunchTemplateVersion", "CreateNodegroup", "ModifyLaunchTemplate"];
    let lost = lost.map(|name| json!({"kind": "lost_answer", "operation": name, "count": 1}));
    stage.stand_in.misbehave(lost.into_iter().collect()).await;
    let mut instance = stage.instance();
    assert_eq!(instance.apply(&stage.config).await, Action::Create);
    let (id, condition) = template_of(&instance);
    assert_eq!(condition, "OWN");
    let [template] = &stage.templates().await[..] else { panic!("there is one template") };
    assert_eq!(template.launch_template_id(), Some(id.as_str()));
    assert!(template.launch_template_name().unwrap().starts_with("main-workers-"));
    let [version] = &stage.versions(&id).await[..] else { panic!("there is one version") };
    let data = version.launch_template_data().unwrap();
    let ebs = data.block_device_mappings()[0].ebs().unwrap();
    assert_eq!((ebs.encrypted(), ebs.volume_size()), (Some(true), Some(20)));
    let options = data.metadata_options().unwrap();
    assert_eq!(options.http_tokens().map(|it| it.as_str()), Some("required"));
    // The provider's default tags are those of the machines as well.
    assert_eq!(data.tag_specifications()[0].tags()[0].key(), Some("cost-center"));

    let metadata = Dynamic::object([("http_tokens", "optional".into()), ("hop_limit", 1.into())]);
    let changes = [
        ("disk_gib", 50.into()),
        ("disk", disk(&[("iops", 4000.into()), ("throughput_mibps", 250.into())])),
        ("metadata", metadata),
        ("machine_tags", map([("team", "edge")])),
        ("security_group_ids", set(["sg-1"])),
        ("tags", map([("team", "edge")])),
        ("disk", Dynamic::Null),
        ("metadata", Dynamic::Null),
        ("machine_tags", Dynamic::Null),
        ("security_group_ids", Dynamic::Null),
        ("labels", map([("tier", "web")])),
    ];
    let arn = instance.state.attribute("arn").clone();
    for (name, value) in changes {
        stage.set_to(name, value);
        assert_eq!(instance.apply(&stage.config).await, Action::Update, "{name}");
        assert_eq!(template_of(&instance), (id.clone(), "OWN".to_owned()), "{name}");
    }
    assert_eq!(instance.state.attribute("arn"), &arn);
    assert_eq!(instance.state.attribute("release_version"), &"1.33.4-20260101".into());
    // Tags of the group and labels made none, and the answer that was lost made no second one.
    assert_eq!(instance.state.attribute("launch_template").attribute("version"), &10.into());
    let imported = instance.resource.import(instance.call(), "us-east-1/main/workers".into()).await;
    let imported = imported.state.expect("it is there");
    for attribute in ["launch_template", "disk_gib", "disk", "metadata", "machine_tags", "security_group_ids"]
    {
        assert_eq!(imported.attribute(attribute), instance.state.attribute(attribute), "{attribute}");
    }
    let (ctx, _) = operation(&stage.stand_in.aws);
    EksNodeGroup::delete(&ctx, state(&instance)).await.unwrap();
    EksNodeGroup::delete(&ctx, state(&instance)).await.unwrap();
    assert_eq!(stage.templates().await, []);
    assert_eq!(EksNodeGroup::read(&ctx, state(&instance)).await.unwrap(), None);
}

#[tokio::test]
async fn default_tags_that_change_or_go_exchange_no_machines() {
    let stage = Stage::set().await;
    let mut instance = stage.instance();
    instance.apply(&stage.config).await;
    let (id, _) = template_of(&instance);
    instance.go_on_with(&stage.stand_in.tagging([("cost-center", "8")]));
    assert_eq!(instance.apply(&stage.config).await, Action::Update);
    instance.go_on_with(&stage.stand_in.tagging([]));
    assert_eq!(instance.apply(&stage.config).await, Action::Update);
    assert_eq!(instance.state.attribute("machine_tags"), &Dynamic::Null);
    assert_eq!(stage.versions(&id).await.len(), 1);
}

#[tokio::test]
async fn what_something_else_does_to_a_template_is_mended() {
    let stage = Stage::set().await;
    let mut instance = stage.instance();
    instance.apply(&stage.config).await;
    let (id, _) = template_of(&instance);

    // Another default changes no machine, and is taken back without one being exchanged.
    let foreign = stage.tamper(&id).await;
    let request = stage.ec2().await.modify_launch_template().launch_template_id(&id);
    request.default_version(&foreign).send().await.unwrap();
    instance.refresh().await;
    assert_eq!(template_of(&instance).1, "CHANGED");
    assert_eq!(instance.apply(&stage.config).await, Action::Update);
    assert_eq!(instance.state.attribute("launch_template").attribute("version"), &1.into());

    // Another version of the machines is exchanged for a new one of ours.
    stage.move_to(&id, &foreign).await;
    instance.refresh().await;
    assert_eq!(template_of(&instance).1, "CHANGED");
    assert_eq!(instance.state.attribute("disk"), &Dynamic::Null);
    assert_eq!(instance.apply(&stage.config).await, Action::Update);
    assert_eq!(instance.state.attribute("launch_template").attribute("version"), &3.into());
    assert_eq!(template_of(&instance), (id.clone(), "OWN".to_owned()));

    // One that is gone cannot be had back.
    stage.ec2().await.delete_launch_template().launch_template_id(&id).send().await.unwrap();
    instance.refresh().await;
    assert_eq!(template_of(&instance).1, "MISSING");
    let written = configuration(&instance.resource.schema().object, &stage.config);
    assert_eq!(instance.plan(&written, &instance.state).action, Action::Replace);
    let (ctx, _) = operation(&stage.stand_in.aws);
    EksNodeGroup::delete(&ctx, state(&instance)).await.unwrap();
}

#[tokio::test]
async fn a_template_whose_group_is_gone_stays_in_the_state_until_it_is_removed() {
    let stage = Stage::set().await;
    let mut instance = stage.instance();
    instance.apply(&stage.config).await;
    let eks = stage.eks().await;
    eks.delete_nodegroup().cluster_name("main").nodegroup_name("workers").send().await.unwrap();
    stage.settled(|used| used.is_none()).await;
    instance.refresh().await;
    assert_eq!(instance.state.attribute("status"), &"GONE".into());
    let written = configuration(&instance.resource.schema().object, &stage.config);
    assert_eq!(instance.plan(&written, &instance.state).action, Action::Replace);
    let (ctx, _) = operation(&stage.stand_in.aws);
    EksNodeGroup::delete(&ctx, state(&instance)).await.unwrap();
    assert_eq!(stage.templates().await, []);
    assert_eq!(EksNodeGroup::read(&ctx, state(&instance)).await.unwrap(), None);
}

#[tokio::test]
async fn a_group_that_aws_refuses_leaves_no_template() {
    let mut stage = Stage::set().await;
    stage.set_to("version", "1.34".into());
    let instance = stage.instance();
    let written = configuration(&instance.resource.schema().object, &stage.config);
    let plan = instance.plan(&written, &Dynamic::Null);
    let refused = instance.resource.create(instance.call(), written, plan.planned).await;
    assert!(refused.diagnostics.has_errors() && refused.state.is_none(), "{}", refused.diagnostics);
    assert_eq!(stage.templates().await, []);
}

#[tokio::test]
async fn a_template_of_somebody_else_is_neither_changed_nor_removed() {
    let stage = Stage::set().await;
    let ec2 = stage.ec2().await;
    let data = RequestLaunchTemplateData::builder().ebs_optimized(true).build();
    let request = ec2.create_launch_template().launch_template_name("theirs").launch_template_data(data);
    let id = request.send().await.unwrap().launch_template.unwrap().launch_template_id.unwrap();
    let subnet_ids = stage.config.iter().find(|(name, _)| *name == "subnet_ids").unwrap().1.clone();
    let Dynamic::Set(subnet_ids) = subnet_ids else { panic!("{subnet_ids:?}") };
    let ids: Vec<_> = subnet_ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let request = stage.eks().await.create_nodegroup().cluster_name("main").nodegroup_name("workers");
    let request = request.node_role("arn:aws:iam::123456789012:role/node").set_subnets(Some(ids));
    let template = LaunchTemplateSpecification::builder().name("theirs").build();
    request.launch_template(template).instance_types("t3.large").send().await.unwrap();
    stage.settled(|used| used.is_some_and(|used| used == "1")).await;

    let mut instance = stage.instance();
    let imported = instance.resource.import(instance.call(), "main/workers".into()).await;
    instance.state = imported.state.expect("it is there");
    assert_eq!(template_of(&instance), (id.clone(), "FOREIGN".to_owned()));
    let mut written = stage.config.clone();
    written.extend([("min", 1.into()), ("max", 4.into()), ("labels", map([("tier", "web")]))]);
    assert_eq!(instance.apply(&written).await, Action::Update);
    assert_eq!(stage.versions(&id).await.len(), 1);
    let (ctx, _) = operation(&stage.stand_in.aws);
    EksNodeGroup::delete(&ctx, state(&instance)).await.unwrap();
    assert_eq!(stage.templates().await.len(), 1);
}

//! The launch template of a group, and what is planned for it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{
    LaunchTemplate as WireTemplate, LaunchTemplateBlockDeviceMapping, LaunchTemplateEbsBlockDevice,
    LaunchTemplateInstanceMetadataOptions, LaunchTemplateTagSpecification, LaunchTemplateVersion,
    RequestLaunchTemplateData, ResourceType, ResponseLaunchTemplateData, Tag, VolumeType,
};
use aws_sdk_eks::types::{LaunchTemplateSpecification, Nodegroup};
use sparki_aws::{Nonce, Tags};
use sparki_core::{Config, Draft, Plan, State, Value};

use super::super::template::{self, Machines, There};
use super::super::{Condition, Disk, DiskType, HttpTokens, LaunchTemplate, Metadata};
use super::{EksNodeGroup, EksNodeGroupModel, check_plan, group, in_state, labels, requests};

fn launch_template(version: u32, condition: Condition) -> LaunchTemplate {
    LaunchTemplate {
        id: "lt-1".into(),
        name: "main-workers-1".into(),
        version: version.into(),
        condition: condition.into(),
    }
}

/// A group that was made with a template of its own.
fn templated(condition: Condition) -> EksNodeGroupModel {
    let disk = Disk::new().r#type(DiskType::Gp3).encrypted(true);
    let metadata = Metadata::new().http_tokens(HttpTokens::Required).hop_limit(2);
    let launch_template = launch_template(3, condition).into();
    EksNodeGroupModel { launch_template, ..in_state().disk(disk).metadata(metadata) }
}

/// What the practitioner wrote who leaves the machines to us.
fn silent(planned: EksNodeGroupModel) -> EksNodeGroupModel {
    EksNodeGroupModel {
        disk: Value::Null,
        metadata: Value::Null,
        security_group_ids: Value::Null,
        machine_tags: Value::Null,
        ..planned
    }
}

/// Plans what was written over what there is; the attributes that need another group, and the plan.
fn check(prior: &EksNodeGroupModel, written: EksNodeGroupModel) -> (Vec<String>, EksNodeGroupModel) {
    let mut planned = EksNodeGroupModel {
        launch_template: prior.launch_template.clone(),
        status: prior.status.clone(),
        desired_size: prior.desired_size.clone(),
        ..written.clone()
    };
    let (config, prior, mut replace) = (Config::new(written), State::new(prior.clone()), Vec::new());
    let told = EksNodeGroup::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut replace));
    assert_eq!(told.to_string(), "");
    (replace.iter().map(ToString::to_string).collect(), planned)
}

fn version_of(group: &EksNodeGroupModel) -> Value<u32> {
    group.launch_template.known().map_or(Value::Null, |template| template.version.clone())
}

#[test]
fn a_new_group_is_safe_unless_told_otherwise() {
    let planned = check_plan(None, silent(group())).1;
    assert_eq!(planned.disk, Disk::new().r#type(DiskType::Gp3).encrypted(true).into());
    assert_eq!(planned.metadata, Metadata::new().http_tokens(HttpTokens::Required).hop_limit(2).into());
    assert!(template::is_wanted(&planned) && !template::is_wanted(&group()));
    let written = Metadata::new().http_tokens(HttpTokens::Optional).hop_limit(1);
    let planned = check_plan(None, silent(group()).metadata(written.clone())).1;
    assert_eq!(planned.metadata, written.into());
}

#[test]
fn a_change_of_the_machines_is_another_version_of_the_template() {
    let prior = templated(Condition::Own);
    let (replaced, planned) = check(&prior, silent(prior.clone()));
    assert_eq!((replaced, &planned), (vec![], &prior));
    let changes = [
        silent(prior.clone()).disk_gib(40),
        silent(prior.clone()).machine_tags(labels([("team", "edge")])),
        silent(prior.clone()).security_group_ids(BTreeSet::from(["sg-1".to_owned()])),
        silent(prior.clone()).metadata(Metadata::new().http_tokens(HttpTokens::Optional).hop_limit(2)),
        silent(prior.clone()).disk(Disk::new().r#type(DiskType::Gp3).encrypted(false)),
    ];
    for change in changes {
        let (replaced, planned) = check(&prior, change);
        assert_eq!(replaced, [] as [&str; 0]);
        assert!(version_of(&planned).is_unknown() && planned.status.is_unknown());
    }
    // What is written down no more is as it is best.
    let prior = prior.metadata(Metadata::new().http_tokens(HttpTokens::Optional).hop_limit(1));
    let planned = check(&prior, silent(prior.clone())).1;
    assert_eq!(planned.metadata, templated(Condition::Own).metadata);
    assert!(version_of(&planned).is_unknown());
}

#[test]
fn labels_and_no_tags_at_all_leave_the_template_alone() {
    let prior = templated(Condition::Own);
    let written = silent(prior.clone()).labels(labels([("tier", "web")])).machine_tags(BTreeMap::new());
    let (replaced, planned) = check(&prior, written);
    assert_eq!((replaced, version_of(&planned)), (vec![], 3.into()));
}

#[test]
fn a_template_that_something_else_has_changed_is_mended_in_place() {
    let prior = templated(Condition::Changed);
    let (replaced, planned) = check(&prior, silent(prior.clone()));
    assert_eq!(replaced, [] as [&str; 0]);
    let expected = LaunchTemplate { version: Value::unknown(), ..launch_template(3, Condition::Own) };
    assert_eq!(planned.launch_template, expected.into());
}

#[test]
fn a_template_that_is_gone_takes_another_group() {
    let prior = templated(Condition::Missing);
    let (replaced, planned) = check(&prior, silent(prior.clone()));
    assert_eq!(replaced, ["launch_template"]);
    assert!(planned.launch_template.is_unknown());
}

#[test]
fn a_group_of_which_only_the_template_is_left_is_made_again() {
    let prior = EksNodeGroupModel { status: "GONE".into(), ..templated(Condition::Own) };
    assert_eq!(check(&prior, silent(prior.clone())).0, ["status"]);
}

#[test]
fn a_group_without_a_template_stays_until_it_is_to_have_one() {
    let (replaced, planned) = check(&in_state(), silent(in_state()));
    assert_eq!((replaced, planned), (vec![], in_state()));
    assert_eq!(check(&in_state(), silent(in_state()).disk_gib(40)).0, ["disk_gib"]);
    let tagged = silent(in_state()).machine_tags(labels([("team", "edge")])).disk(Disk::new());
    assert_eq!(check(&in_state(), tagged).0, ["disk", "machine_tags"]);
}

#[test]
fn a_template_of_somebody_else_is_left_alone() {
    let prior = templated(Condition::Foreign).machine_tags(labels([("team", "edge")]));
    let (replaced, planned) = check(&prior, silent(prior.clone()));
    assert_eq!((replaced, &planned), (vec![], &prior));
    assert_eq!(check(&prior, silent(prior.clone()).disk_gib(40)).0, ["disk_gib"]);
}

/// What is wrong about a disk: where and the first words.
fn check_disk(disk: Disk) -> Vec<String> {
    let told = EksNodeGroup::validate(&Config::new(group().disk(disk))).to_string();
    told.lines().filter_map(|line| line.trim().strip_prefix("at ")).map(str::to_owned).collect()
}

#[test]
fn a_disk_has_what_its_kind_knows() {
    let disk = |kind| Disk::new().r#type(kind).encrypted(true);
    for fitting in [disk(DiskType::Gp3).iops(3000).throughput_mibps(250), disk(DiskType::Io2).iops(100)] {
        assert_eq!(check_disk(fitting), [] as [&str; 0]);
    }
    assert_eq!(check_disk(disk(DiskType::Gp3).iops(200)), ["disk.iops"]);
    assert_eq!(
        check_disk(disk(DiskType::Gp2).iops(3000).throughput_mibps(250)),
        ["disk.iops", "disk.throughput_mibps"]
    );
    assert_eq!(check_disk(disk(DiskType::Io1)), ["disk.iops"]);
    let plain = Disk::new().encrypted(false).kms_key_arn("arn:aws:kms:us-east-1:123456789012:key/1");
    assert_eq!(check_disk(plain), ["disk.kms_key_arn"]);
}

#[test]
fn where_there_is_a_template_it_says_how_large_the_disk_is() {
    let disk = |group| *requests::create(&group, BTreeMap::new(), &Nonce::new("n-1")).get_disk_size();
    assert_eq!(disk(group()), Some(20));
    assert_eq!(disk(templated(Condition::Own)), None);
    let request = requests::create(&templated(Condition::Own), BTreeMap::new(), &Nonce::new("n-1"));
    let named = request.get_launch_template().clone().unwrap();
    assert_eq!((named.id(), named.name(), named.version()), (Some("lt-1"), None, Some("3")));
}

#[test]
fn another_version_of_the_template_keeps_the_image() {
    let prior = templated(Condition::Own).release_version("1.33.1-1");
    let to = launch_template(4, Condition::Own);
    let request = requests::upgrade(&prior, &prior, Some(&to)).unwrap();
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    assert_eq!(said(request.get_version()), "1.33");
    assert_eq!(said(request.get_release_version()), "1.33.1-1");
    assert_eq!(request.get_launch_template().clone().unwrap().version(), Some("4"));
    // With another version of Kubernetes comes another image.
    let planned = prior.clone().version("1.34").release_version(Value::unknown());
    let request = requests::upgrade(&prior, &planned, Some(&to)).unwrap();
    assert_eq!(
        (said(request.get_version()), said(request.get_release_version())),
        ("1.34".into(), "".into())
    );
}

#[test]
fn the_name_of_a_template_has_room_for_the_longest_names() {
    let attempt = Nonce::new("ffffffff-0123456789ab");
    assert_eq!(template::name(("main", "workers"), &attempt), "main-workers-0123456789ab");
    let longest = template::name((&"c".repeat(100), &"g".repeat(63)), &attempt);
    assert_eq!(longest.len(), 128);
}

fn data(group: &EksNodeGroupModel) -> RequestLaunchTemplateData {
    template::data(group, Some("sg-cluster"), &labels([("team", "edge")]))
}

#[test]
fn a_version_says_what_is_planned() {
    let planned = templated(Condition::Own).disk_gib(40).security_group_ids(BTreeSet::from(["sg-1".into()]));
    let data = data(&planned);
    let [mapping] = data.block_device_mappings() else { panic!("{data:?}") };
    let ebs = mapping.ebs().unwrap();
    assert_eq!(mapping.device_name(), Some("/dev/xvda"));
    assert_eq!((ebs.volume_size(), ebs.volume_type()), (Some(40), Some(&VolumeType::Gp3)));
    assert_eq!((ebs.encrypted(), ebs.iops(), ebs.kms_key_id()), (Some(true), None, None));
    let options = data.metadata_options().unwrap();
    assert_eq!(options.http_tokens().map(|it| it.as_str()), Some("required"));
    assert_eq!(options.http_put_response_hop_limit(), Some(2));
    assert_eq!(data.security_group_ids(), ["sg-cluster", "sg-1"]);
    let tagged: Vec<_> = data.tag_specifications().iter().filter_map(|it| it.resource_type()).collect();
    assert_eq!(tagged, [&ResourceType::Instance, &ResourceType::Volume]);
}

#[test]
fn machines_have_the_group_of_the_cluster_where_no_other_is_named() {
    assert_eq!(data(&templated(Condition::Own)).security_group_ids(), [] as [&str; 0]);
}

#[test]
fn every_disk_of_an_image_is_encrypted() {
    let devices = |image: &str| {
        let data = data(&templated(Condition::Own).ami_type(image));
        let mappings = data.block_device_mappings().iter();
        let device = |it: &aws_sdk_ec2::types::LaunchTemplateBlockDeviceMappingRequest| {
            let ebs = it.ebs().unwrap();
            (it.device_name().unwrap().to_owned(), ebs.volume_size(), ebs.encrypted())
        };
        mappings.map(device).collect::<Vec<_>>()
    };
    assert_eq!(
        devices("BOTTLEROCKET_x86_64"),
        [("/dev/xvdb".into(), Some(20), Some(true)), ("/dev/xvda".into(), None, Some(true))]
    );
    assert_eq!(devices("WINDOWS_CORE_2022_x86_64"), [("/dev/sda1".into(), Some(20), Some(true))]);
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// A version of the template of `main/workers` as EC2 describes it.
fn version(number: i64, description: &str) -> LaunchTemplateVersion {
    let ebs = LaunchTemplateEbsBlockDevice::builder().volume_size(20).volume_type(VolumeType::Gp3);
    let system = LaunchTemplateEbsBlockDevice::builder().encrypted(true).build();
    let mapping =
        |device: &str, ebs| LaunchTemplateBlockDeviceMapping::builder().device_name(device).ebs(ebs).build();
    let options = LaunchTemplateInstanceMetadataOptions::builder();
    let options = options.http_tokens("required".into()).http_put_response_hop_limit(2).build();
    let of_machines = LaunchTemplateTagSpecification::builder().resource_type(ResourceType::Instance);
    let data = ResponseLaunchTemplateData::builder()
        .block_device_mappings(mapping("/dev/xvda", system))
        .block_device_mappings(mapping("/dev/xvdb", ebs.encrypted(true).build()))
        .metadata_options(options)
        .security_group_ids("sg-cluster")
        .security_group_ids("sg-1")
        .tag_specifications(of_machines.tags(tag("team", "edge")).tags(tag("cost", "7")).build())
        .build();
    LaunchTemplateVersion::builder()
        .version_number(number)
        .version_description(description)
        .launch_template_data(data)
        .build()
}

fn read(owner: &str, default: i64, version: &LaunchTemplateVersion) -> Machines {
    let template = WireTemplate::builder()
        .default_version_number(default)
        .tags(tag("sparki:managed-by", "sparki"))
        .tags(tag("sparki:node-group", owner))
        .build();
    let named = LaunchTemplateSpecification::builder().id("lt-1").name("main-workers-1").version("3").build();
    let group = Nodegroup::builder().cluster_name("main").nodegroup_name("workers").launch_template(named);
    let there = There { template: &template, version, cluster_group: Some("sg-cluster") };
    let defaults = labels([("cost", "7")]);
    Machines::read(&group.build(), there, Tags::new(&defaults), &super::group())
}

#[test]
fn a_version_reads_as_it_was_planned() {
    let planned = templated(Condition::Own)
        .machine_tags(labels([("team", "edge")]))
        .security_group_ids(BTreeSet::from(["sg-1".to_owned()]));
    assert_eq!(read("main/workers", 3, &version(3, "Made by Sparki (n-1)")), Machines::of(&planned));
}

#[test]
fn a_template_is_told_by_its_tags_its_version_and_its_default() {
    let check = |owner: &str, default: i64, description: &str| {
        let template = read(owner, default, &version(3, description)).launch_template.into_known().unwrap();
        template.condition.into_known().unwrap()
    };
    assert_eq!(check("main/workers", 3, "Made by Sparki (n-1)"), Condition::Own);
    assert_eq!(check("main/workers", 4, "Made by Sparki (n-1)"), Condition::Changed);
    assert_eq!(check("main/workers", 3, ""), Condition::Changed);
    assert_eq!(check("main/others", 3, "Made by Sparki (n-1)"), Condition::Foreign);
}

#[test]
fn a_template_that_is_not_there_is_missed_if_it_was_the_groups_own() {
    let bare = Nodegroup::builder().build();
    let check = |reference: EksNodeGroupModel| {
        let machines = Machines::without_template(&bare, &reference);
        machines.launch_template.into_known().unwrap().condition.into_known().unwrap()
    };
    assert_eq!(check(templated(Condition::Own)), Condition::Missing);
    assert_eq!(check(templated(Condition::Foreign)), Condition::Foreign);
    assert_eq!(check(group()), Condition::Foreign);
}

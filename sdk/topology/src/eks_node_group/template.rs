//! The launch template of a node group, as data. Pure: nothing is sent here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_ec2::types::{
    LaunchTemplate as WireTemplate, LaunchTemplateBlockDeviceMapping,
    LaunchTemplateBlockDeviceMappingRequest, LaunchTemplateEbsBlockDeviceRequest,
    LaunchTemplateHttpTokensState, LaunchTemplateInstanceMetadataEndpointState,
    LaunchTemplateInstanceMetadataOptionsRequest, LaunchTemplateTagSpecificationRequest,
    LaunchTemplateVersion, RequestLaunchTemplateData, ResourceType, ResponseLaunchTemplateData, Tag,
    VolumeType,
};
use aws_sdk_eks::types::Nodegroup;
use sparki_aws::{KnownTags, Nonce, Tags};
use sparki_core::Value;

use super::{Condition, Disk, EksNodeGroupModel, LaunchTemplate, Metadata};
use crate::ec2::tag_map;
use crate::operation::prefixed;

/// The tag that says which group a template belongs to: `main/workers`.
pub(super) const GROUP: &str = "sparki:node-group";
/// How the description of every version begins that Sparki made. A version cannot be changed once it is there.
const MARK: &str = "Made by Sparki";
/// What a machine has where nobody says how large its disk is.
const USUAL_DISK_GIB: u32 = 20;

/// What the launch template of a group says, or AWS in its place, and which template it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Machines {
    pub(super) disk_gib: Value<u32>,
    pub(super) disk: Value<Disk>,
    pub(super) metadata: Value<Metadata>,
    pub(super) security_group_ids: Value<BTreeSet<String>>,
    pub(super) machine_tags: Value<BTreeMap<String, String>>,
    pub(super) launch_template: Value<LaunchTemplate>,
}

/// What there is of a template and of the version that a group uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct There<'a> {
    pub(super) template: &'a WireTemplate,
    pub(super) version: &'a LaunchTemplateVersion,
    /// The security group that AWS has made for the cluster.
    pub(super) cluster_group: Option<&'a str>,
}

impl Machines {
    /// Those of a group as it is planned, or as the state has it.
    pub(super) fn of(group: &EksNodeGroupModel) -> Self {
        Self {
            disk_gib: group.disk_gib.clone(),
            disk: group.disk.clone(),
            metadata: group.metadata.clone(),
            security_group_ids: group.security_group_ids.clone(),
            machine_tags: group.machine_tags.clone(),
            launch_template: group.launch_template.clone(),
        }
    }

    /// Those of a group without a launch template.
    pub(super) fn bare(group: &Nodegroup) -> Self {
        Self {
            disk_gib: group.disk_size().and_then(|size| u32::try_from(size).ok()).into(),
            disk: Value::Null,
            metadata: Value::Null,
            security_group_ids: Value::Null,
            machine_tags: Value::Null,
            launch_template: Value::Null,
        }
    }

    /// Those of a group whose template is not there any more.
    pub(super) fn without_template(group: &Nodegroup, reference: &EksNodeGroupModel) -> Self {
        let known = reference.launch_template.known();
        let condition = match known.and_then(|template| template.condition.known()) {
            Some(Condition::Own | Condition::Changed | Condition::Missing) => Condition::Missing,
            // What somebody else does with their own template is not ours to mend.
            Some(Condition::Foreign) | None => Condition::Foreign,
        };
        let launch_template = Value::Known(named(group, condition));
        Self { launch_template, ..Self::of(reference) }
    }

    /// Those of a group whose template is there, and the version of it is not.
    pub(super) fn without_version(
        group: &Nodegroup,
        template: &WireTemplate,
        reference: &EksNodeGroupModel,
    ) -> Self {
        let is_own = is_own(template.tags(), names(group));
        let condition = if is_own { Condition::Changed } else { Condition::Foreign };
        let launch_template = Value::Known(named(group, condition));
        Self { launch_template, ..Self::of(reference) }
    }

    /// Those that a version of a template says.
    pub(super) fn read(
        group: &Nodegroup,
        there: There<'_>,
        tags: Tags<'_>,
        reference: &EksNodeGroupModel,
    ) -> Self {
        let empty = ResponseLaunchTemplateData::builder().build();
        let data = there.version.launch_template_data().unwrap_or(&empty);
        let main = main_disk(data.block_device_mappings());
        let ebs = main.and_then(LaunchTemplateBlockDeviceMapping::ebs);
        let size = ebs.and_then(|ebs| u32::try_from(ebs.volume_size()?).ok());
        let count = |number: Option<i32>| Value::from(number.and_then(|number| u32::try_from(number).ok()));
        let disk = ebs.map(|ebs| Disk {
            r#type: ebs.volume_type().and_then(|kind| kind.as_str().parse().ok()).into(),
            encrypted: ebs.encrypted().unwrap_or(false).into(),
            kms_key_arn: ebs.kms_key_id().map(str::to_owned).into(),
            iops: count(ebs.iops()),
            throughput_mibps: count(ebs.throughput()),
        });
        let metadata = data.metadata_options().map(|options| Metadata {
            http_tokens: options.http_tokens().and_then(|tokens| tokens.as_str().parse().ok()).into(),
            hop_limit: count(options.http_put_response_hop_limit()),
        });
        let groups: BTreeSet<_> = data.security_group_ids().iter().cloned().collect();
        let groups: BTreeSet<_> =
            groups.into_iter().filter(|id| Some(id.as_str()) != there.cluster_group).collect();
        let of_machines =
            data.tag_specifications().iter().find(|it| it.resource_type() == Some(&ResourceType::Instance));
        let machine_tags: HashMap<_, _> = of_machines.map(|it| tag_map(it.tags())).unwrap_or_default();
        let known = KnownTags { own: reference.machine_tags.known(), all: None };
        let launch_template = named(group, condition(there, names(group)));
        let is_own = launch_template.condition == Condition::Own.into();
        let before =
            reference.launch_template.known().filter(|it| is_own && it.version == launch_template.version);
        // A version never changes, so its tags are what they were, whatever the default tags are now.
        let machine_tags = match before {
            Some(_) => reference.machine_tags.known().cloned().unwrap_or_default(),
            None => tags.shown(Some(&machine_tags), known),
        };
        Self {
            disk_gib: Value::Known(size.unwrap_or(USUAL_DISK_GIB)),
            disk: disk.into(),
            metadata: metadata.into(),
            security_group_ids: (!groups.is_empty()).then_some(groups).into(),
            machine_tags: (!machine_tags.is_empty()).then_some(machine_tags).into(),
            launch_template: Value::Known(launch_template),
        }
    }

    /// Whether machines after the one are machines after the other, whichever template says so.
    pub(super) fn are_like(&self, other: &Self) -> bool {
        let tags = |it: &Self| none_if(it.machine_tags.clone(), BTreeMap::is_empty);
        let groups = |it: &Self| none_if(it.security_group_ids.clone(), BTreeSet::is_empty);
        self.disk_gib == other.disk_gib
            && self.disk == other.disk
            && self.metadata == other.metadata
            && tags(self) == tags(other)
            && groups(self) == groups(other)
    }
}

fn none_if<T>(value: Value<T>, is_empty: impl Fn(&T) -> bool) -> Value<T> {
    match value {
        Value::Known(known) if is_empty(&known) => Value::Null,
        other => other,
    }
}

/// Whether a group of this plan is to have a template of its own.
pub(super) fn is_wanted(group: &EksNodeGroupModel) -> bool {
    group.disk.known().is_some()
        || group.metadata.known().is_some()
        || group.security_group_ids.known().is_some()
        || group.machine_tags.known().is_some()
}

/// The name of the template that an attempt makes for a group. A group that takes the place of another has another one, so
/// that both can be there at once.
pub(super) fn name((cluster, group): (&str, &str), attempt: &Nonce) -> String {
    // A name may have 128 characters; the group's has 63 of them at the most, and its end 12.
    const ROOM: usize = 51;
    let cluster: String = cluster.chars().take(ROOM).collect();
    prefixed(&format!("{cluster}-{group}-"), attempt)
}

/// The tags of a template.
pub(super) fn tags(
    (cluster, group): (&str, &str),
    made: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut tags = made;
    tags.insert(GROUP.to_owned(), format!("{cluster}/{group}"));
    tags
}

/// Whether a template with these tags is Sparki's, made for this very group.
pub(super) fn is_own(tags: &[Tag], (cluster, group): (&str, &str)) -> bool {
    let tags = tag_map(tags);
    Tags::are_sparkis(Some(&tags)) && tags.get(GROUP).is_some_and(|it| *it == format!("{cluster}/{group}"))
}

/// What the description of a version says that an attempt makes.
pub(super) fn mark(attempt: &Nonce) -> String {
    format!("{MARK} ({attempt})")
}

/// Whether Sparki made a version.
pub(super) fn is_marked(version: &LaunchTemplateVersion) -> bool {
    version.version_description().is_some_and(|text| text.starts_with(MARK))
}

/// What a version says that gives machines what is planned. `cluster_group` is the security group that AWS has made for
/// the cluster: machines get it by themselves only where a template names no other.
pub(super) fn data(
    group: &EksNodeGroupModel,
    cluster_group: Option<&str>,
    machine_tags: &BTreeMap<String, String>,
) -> RequestLaunchTemplateData {
    let tokens = |metadata: &Metadata| {
        let tokens = metadata.http_tokens.known();
        LaunchTemplateInstanceMetadataOptionsRequest::builder()
            .http_endpoint(LaunchTemplateInstanceMetadataEndpointState::Enabled)
            .set_http_tokens(tokens.map(|tokens| LaunchTemplateHttpTokensState::from(tokens.as_str())))
            .set_http_put_response_hop_limit(metadata.hop_limit.known().copied().map(count))
            .build()
    };
    let wanted = group.security_group_ids.known().filter(|ids| !ids.is_empty());
    let groups = wanted.map(|ids| {
        let ids = ids.iter().map(String::as_str).filter(|id| Some(*id) != cluster_group);
        cluster_group.into_iter().chain(ids).map(str::to_owned).collect()
    });
    let wire: Vec<_> =
        machine_tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    let specification = |kind| {
        LaunchTemplateTagSpecificationRequest::builder()
            .resource_type(kind)
            .set_tags(Some(wire.clone()))
            .build()
    };
    let tagged = (!wire.is_empty())
        .then(|| [ResourceType::Instance, ResourceType::Volume].map(specification).to_vec());
    RequestLaunchTemplateData::builder()
        .set_block_device_mappings(group.disk.known().map(|disk| disks(group, disk)))
        .set_metadata_options(group.metadata.known().map(tokens))
        .set_security_group_ids(groups)
        .set_tag_specifications(tagged)
        .build()
}

/// The disks of a machine: the one of the size that is wanted, and what its system is on where that is another one.
fn disks(group: &EksNodeGroupModel, disk: &Disk) -> Vec<LaunchTemplateBlockDeviceMappingRequest> {
    let image = group.ami_type.known().map_or("", String::as_str);
    // As the launch template page of EKS's guide names them for each image.
    let (main, system) = if image.starts_with("BOTTLEROCKET") {
        ("/dev/xvdb", Some("/dev/xvda"))
    } else if image.starts_with("WINDOWS") {
        ("/dev/sda1", None)
    } else {
        ("/dev/xvda", None)
    };
    let encrypted = |disk: &Disk| {
        LaunchTemplateEbsBlockDeviceRequest::builder()
            .delete_on_termination(true)
            .set_encrypted(disk.encrypted.known().copied())
            .set_kms_key_id(disk.kms_key_arn.known().cloned())
    };
    let sized = encrypted(disk)
        .set_volume_size(group.disk_gib.known().copied().map(count))
        .set_volume_type(disk.r#type.known().map(|kind| VolumeType::from(kind.as_str())))
        .set_iops(disk.iops.known().copied().map(count))
        .set_throughput(disk.throughput_mibps.known().copied().map(count));
    let mapping = |device: &str, ebs: LaunchTemplateEbsBlockDeviceRequest| {
        LaunchTemplateBlockDeviceMappingRequest::builder().device_name(device).ebs(ebs).build()
    };
    let system = system.map(|device| mapping(device, encrypted(disk).build()));
    std::iter::once(mapping(main, sized.build())).chain(system).collect()
}

/// The disk that has a size, or else the first one.
fn main_disk(mappings: &[LaunchTemplateBlockDeviceMapping]) -> Option<&LaunchTemplateBlockDeviceMapping> {
    let has_size =
        |it: &&LaunchTemplateBlockDeviceMapping| it.ebs().is_some_and(|ebs| ebs.volume_size().is_some());
    mappings.iter().find(has_size).or(mappings.first())
}

fn condition(there: There<'_>, group: (&str, &str)) -> Condition {
    if !is_own(there.template.tags(), group) {
        Condition::Foreign
    } else if is_marked(there.version)
        && there.template.default_version_number() == there.version.version_number()
    {
        Condition::Own
    } else {
        Condition::Changed
    }
}

/// The template of a group as EKS names it.
fn named(group: &Nodegroup, condition: Condition) -> LaunchTemplate {
    let named = group.launch_template();
    LaunchTemplate {
        id: named.and_then(|it| it.id()).map(str::to_owned).into(),
        name: named.and_then(|it| it.name()).map(str::to_owned).into(),
        version: named.and_then(|it| it.version()?.parse().ok()).into(),
        condition: condition.into(),
    }
}

fn names(group: &Nodegroup) -> (&str, &str) {
    (group.cluster_name().unwrap_or_default(), group.nodegroup_name().unwrap_or_default())
}

/// The wire counts in signed numbers. The validators allow no larger ones than fit.
fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

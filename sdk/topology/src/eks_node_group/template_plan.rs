//! What is planned for the machines of a group and its launch template. Pure.

use sparki_core::{Diagnostic, Diagnostics, Draft, Path, Value};

use super::template::Machines;
use super::{Condition, Disk, DiskType, EksNodeGroupModel, HttpTokens, LaunchTemplate, Metadata};

/// What a change of the machines comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The template is the group's own: it gets another version.
    Version,
    /// EKS gives a group that was made without a template none, nor one another: another group it is.
    Group,
}

impl Way {
    fn of(prior: &EksNodeGroupModel) -> Self {
        let template = prior.launch_template.known();
        match template.and_then(|template| template.condition.known()) {
            Some(Condition::Own | Condition::Changed | Condition::Missing) => Self::Version,
            Some(Condition::Foreign) | None => Self::Group,
        }
    }
}

/// Fills in what the practitioner leaves open, and plans another version of the template, or another group, where it is
/// needed.
pub(super) fn settle(draft: &mut Draft<'_, EksNodeGroupModel>) {
    let written = EksNodeGroupModel::clone(draft.config());
    let Some(prior) = draft.prior().map(|prior| EksNodeGroupModel::clone(prior)) else {
        fill_in(draft.planned_mut(), &written);
        return;
    };
    match Way::of(&prior) {
        Way::Version => {
            let planned = draft.planned_mut();
            fill_in(planned, &written);
            let known = prior.launch_template.known();
            if known.is_some_and(|template| template.condition == Condition::Missing.into()) {
                planned.launch_template = Value::unknown();
                draft.require_replace(Path::attribute("launch_template"));
                return;
            }
            let is_own = known.is_some_and(|template| template.condition == Condition::Own.into());
            planned.launch_template = match known {
                Some(template) if !is_own || !Machines::of(&prior).are_like(&Machines::of(planned)) => {
                    Value::Known(LaunchTemplate {
                        version: Value::unknown(),
                        condition: Condition::Own.into(),
                        ..template.clone()
                    })
                }
                Some(_) | None => prior.launch_template.clone(),
            };
        }
        Way::Group => {
            keep(draft.planned_mut(), &written, &prior);
            for attribute in others(&prior, draft.planned()) {
                draft.require_replace(Path::attribute(attribute));
            }
        }
    }
}

/// Whether machines like these need another group.
pub(super) fn needs_other_group(prior: &EksNodeGroupModel, planned: &EksNodeGroupModel) -> bool {
    match Way::of(prior) {
        Way::Version => false,
        Way::Group => !others(prior, planned).is_empty(),
    }
}

/// Makes one attribute of machines what it is of others.
type TakeOver = fn(&mut Machines, &Machines);

/// The attributes that are not as they were.
fn others(prior: &EksNodeGroupModel, planned: &EksNodeGroupModel) -> Vec<&'static str> {
    let (before, after) = (Machines::of(prior), Machines::of(planned));
    // One by one, so that the practitioner is told which.
    let same = |change: TakeOver| {
        let mut changed = before.clone();
        change(&mut changed, &after);
        changed.are_like(&before)
    };
    let rows: [(&str, TakeOver); 5] = [
        ("disk_gib", |it, after| it.disk_gib.clone_from(&after.disk_gib)),
        ("disk", |it, after| it.disk.clone_from(&after.disk)),
        ("metadata", |it, after| it.metadata.clone_from(&after.metadata)),
        ("security_group_ids", |it, after| it.security_group_ids.clone_from(&after.security_group_ids)),
        ("machine_tags", |it, after| it.machine_tags.clone_from(&after.machine_tags)),
    ];
    rows.into_iter().filter(|(_, change)| !same(*change)).map(|(name, _)| name).collect()
}

/// Of a group with a template of its own, what nobody says is as it is best.
fn fill_in(planned: &mut EksNodeGroupModel, written: &EksNodeGroupModel) {
    if written.disk.is_null() {
        planned.disk = Disk::new().r#type(DiskType::Gp3).encrypted(true).into();
    }
    if written.metadata.is_null() {
        planned.metadata = Metadata::new().http_tokens(HttpTokens::Required).hop_limit(2).into();
    }
    if written.security_group_ids.is_null() {
        planned.security_group_ids = Value::Null;
    }
    if written.machine_tags.is_null() {
        planned.machine_tags = Value::Null;
    }
}

/// Of any other group, what nobody says stays as it is.
fn keep(planned: &mut EksNodeGroupModel, written: &EksNodeGroupModel, prior: &EksNodeGroupModel) {
    if written.disk.is_null() {
        planned.disk = prior.disk.clone();
    }
    if written.metadata.is_null() {
        planned.metadata = prior.metadata.clone();
    }
    if written.security_group_ids.is_null() {
        planned.security_group_ids = prior.security_group_ids.clone();
    }
    if written.machine_tags.is_null() {
        planned.machine_tags = prior.machine_tags.clone();
    }
    planned.launch_template = prior.launch_template.clone();
}

/// What does not go together about a disk.
pub(super) fn check_disk(disk: &Value<Disk>) -> Diagnostics {
    let Some(disk) = disk.known() else { return Diagnostics::new() };
    let kind = match &disk.r#type {
        Value::Known(kind) => Some(*kind),
        Value::Null => Some(DiskType::Gp3),
        Value::Unknown(_) => None,
    };
    let at = |name: &str| Path::attribute("disk").then(name);
    let refuse = |path: Path, detail: String| Diagnostic::error("Invalid disk", detail).at(path);
    let mut found = Diagnostics::new();
    if disk.encrypted == false.into() && disk.kms_key_arn.known().is_some() {
        let detail = "\"kms_key_arn\" encrypts the disk, and \"encrypted\" is false. Leave one of them out.";
        found.extend([refuse(at("kms_key_arn"), detail.to_owned())]);
    }
    match (kind, &disk.iops) {
        (Some(kind @ DiskType::Gp2), Value::Known(_)) => {
            let detail =
                format!("A disk of type {kind} has no \"iops\" of its own. Leave it out, or use gp3.");
            found.extend([refuse(at("iops"), detail)]);
        }
        (Some(kind @ (DiskType::Io1 | DiskType::Io2)), Value::Null) => {
            let detail = format!("A disk of type {kind} needs \"iops\". Set it, or use gp3.");
            found.extend([refuse(at("iops"), detail)]);
        }
        (Some(DiskType::Gp3), Value::Known(iops)) if *iops < 3000 => {
            let detail =
                format!("\"iops\" is {iops}. Use 3000 or more for a disk of type gp3, or leave it out.");
            found.extend([refuse(at("iops"), detail)]);
        }
        (Some(DiskType::Gp3 | DiskType::Gp2 | DiskType::Io1 | DiskType::Io2) | None, _) => {}
    }
    if let (Some(kind @ (DiskType::Gp2 | DiskType::Io1 | DiskType::Io2)), Value::Known(_)) =
        (kind, &disk.throughput_mibps)
    {
        let detail = format!(
            "A disk of type {kind} has no \"throughput_mibps\" of its own. Leave it out, or use gp3."
        );
        found.extend([refuse(at("throughput_mibps"), detail)]);
    }
    found
}

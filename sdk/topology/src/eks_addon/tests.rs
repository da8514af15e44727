use std::collections::BTreeMap;

use aws_sdk_eks::types::{Addon, AddonHealth, AddonIssue, AddonIssueCode, AddonStatus};
use sparki_aws::{Nonce, Seen, Tags};
use sparki_core::{Config, Draft, FromText, JsonText, Plan, State, Value};

use super::answer::Described;
use super::{EksAddon, EksAddonModel, OnCreate, OnUpdate, answer, requests};

const OLD: &str = "v1.11.3-eksbuild.1";
const NEW: &str = "v1.12.1-eksbuild.2";

/// An add-on as generic planning leaves it: every default filled in.
fn addon() -> EksAddonModel {
    EksAddonModel::new("main", "coredns")
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .version("default")
        .resolve_conflicts_on_create(OnCreate::Overwrite)
        .resolve_conflicts_on_update(OnUpdate::Preserve)
        .preserve_on_delete(false)
}

/// The same where these versions are installed and available.
fn in_state(installed: &str, available: &str) -> EksAddonModel {
    EksAddonModel {
        installed_version: installed.into(),
        available_version: available.into(),
        status: "ACTIVE".into(),
        ..addon()
    }
}

/// What generic planning makes of a change: what the remote decides is not known.
fn changed(addon: EksAddonModel) -> EksAddonModel {
    let (installed_version, available_version) = (Value::unknown(), Value::unknown());
    EksAddonModel { installed_version, available_version, status: Value::unknown(), ..addon }
}

/// Plans, and returns the messages, the installed version and the status.
fn check_plan(prior: Option<EksAddonModel>, mut planned: EksAddonModel) -> (String, String) {
    let (config, prior) = (Config::new(planned.clone()), prior.map(State::new));
    let diagnostics = EksAddon::plan(&mut Draft::new(&config, prior.as_ref(), &mut planned, &mut Vec::new()));
    let shown = |value: &Value<String>| value.known().map_or("?", String::as_str).to_owned();
    let versions = [&planned.installed_version, &planned.available_version, &planned.status].map(shown);
    (diagnostics.to_string(), versions.join(" "))
}

fn check_quiet_plan(prior: Option<EksAddonModel>, planned: EksAddonModel) -> String {
    let (told, planned) = check_plan(prior, planned);
    assert_eq!(told, "");
    planned
}

#[test]
fn only_a_version_that_is_written_down_is_known_before_an_add_on_is_installed() {
    assert_eq!(check_quiet_plan(None, changed(addon())), "? ? ?");
    assert_eq!(check_quiet_plan(None, changed(addon().version(OLD))), format!("{OLD} {OLD} ?"));
}

#[test]
fn a_newer_version_than_the_installed_one_is_planned() {
    let prior = in_state(OLD, NEW);
    assert_eq!(check_quiet_plan(Some(prior.clone()), prior), format!("{NEW} {NEW} ?"));
}

#[test]
fn an_older_version_than_the_installed_one_is_not_gone_back_to() {
    let prior = in_state(NEW, OLD);
    assert_eq!(check_quiet_plan(Some(prior.clone()), prior), format!("{NEW} {OLD} ACTIVE"));
}

#[test]
fn going_back_to_a_version_that_is_written_down_is_told() {
    let (told, planned) = check_plan(Some(in_state(NEW, NEW)), changed(in_state(NEW, NEW).version(OLD)));
    assert_eq!(planned, format!("{OLD} {OLD} ?"));
    assert_eq!(
        told,
        format!(
            "warning: Add-on goes back to an older version\n  at version\n  {NEW} is installed, and \"version\" asks for \
             {OLD}. Set {NEW} or later, \"default\" or \"latest\" if that is not what you want."
        )
    );
}

#[test]
fn a_pin_that_somebody_has_left_behind_is_gone_back_to() {
    let prior = in_state(NEW, OLD).version(OLD);
    let (told, planned) = check_plan(Some(prior.clone()), prior);
    assert_eq!(planned, format!("{OLD} {OLD} ?"));
    assert!(told.starts_with("warning: Add-on goes back"), "{told}");
}

#[test]
fn another_version_of_the_cluster_leaves_the_version_open() {
    let prior = in_state(OLD, OLD).cluster_version("1.33");
    let planned = changed(in_state(OLD, OLD).cluster_version("1.34"));
    assert_eq!(check_quiet_plan(Some(prior.clone()), planned), "? ? ?");
    let same = changed(prior.clone().preserve_on_delete(true));
    assert_eq!(check_quiet_plan(Some(prior), same), format!("{OLD} {OLD} ?"));
}

#[test]
fn a_new_add_on_in_the_place_of_another_may_have_any_version() {
    let planned = EksAddonModel { name: "vpc-cni".into(), ..changed(addon().version(OLD)) };
    assert_eq!(check_quiet_plan(Some(in_state(NEW, NEW)), planned), format!("{OLD} {OLD} ?"));
}

#[test]
fn a_new_add_on_is_asked_for_in_one_request() {
    let roles = BTreeMap::from([("sa".to_owned(), "arn:aws:iam::123456789012:role/sa".to_owned())]);
    let planned = addon().configuration_values(JsonText::from_text("{}")).pod_identities(roles);
    let request = requests::create(&planned, Some(NEW.into()), BTreeMap::new(), &Nonce::new("n-1"));
    assert_eq!(request.get_addon_version().as_deref(), Some(NEW));
    assert_eq!(request.get_configuration_values().as_deref(), Some("{}"));
    assert_eq!(request.get_resolve_conflicts().as_ref().map(|kind| kind.as_str()), Some("OVERWRITE"));
    assert_eq!(request.get_client_request_token().as_deref(), Some("n-1"));
    let associations = request.get_pod_identity_associations().clone().unwrap();
    assert_eq!((associations.len(), associations[0].service_account()), (1, "sa"));
}

#[test]
fn an_update_sends_what_changes_and_the_role_always() {
    let role = "arn:aws:iam::123456789012:role/addon";
    let prior = addon().service_account_role_arn(role);
    let request = requests::update(&prior, &prior, Some(NEW.into())).unwrap();
    // AWS takes a request without a role for one that takes the role away.
    assert_eq!(request.get_service_account_role_arn().as_deref(), Some(role));
    assert_eq!((request.get_configuration_values(), request.get_pod_identity_associations()), (&None, &None));
    assert_eq!(request.get_resolve_conflicts().as_ref().map(|kind| kind.as_str()), Some("PRESERVE"));
    let request = requests::update(&prior, &addon(), None).unwrap();
    assert_eq!((request.get_service_account_role_arn(), request.get_addon_version()), (&None, &None));
    assert_eq!(requests::update(&prior, &prior.clone().preserve_on_delete(true), None), None);
}

#[test]
fn what_is_left_out_again_is_taken_away() {
    let roles = BTreeMap::from([("sa".to_owned(), "arn:aws:iam::123456789012:role/sa".to_owned())]);
    let prior = addon().configuration_values(JsonText::from_text("{\"a\":1}")).pod_identities(roles);
    let request = requests::update(&prior, &addon(), None).unwrap();
    assert_eq!(request.get_configuration_values().as_deref(), Some(""));
    assert_eq!(request.get_pod_identity_associations().as_deref(), Some(&[][..]));
}

fn answered(status: AddonStatus, issues: Vec<AddonIssue>) -> Addon {
    Addon::builder()
        .cluster_name("main")
        .addon_name("coredns")
        .addon_version(OLD)
        .status(status)
        .health(AddonHealth::builder().set_issues(Some(issues)).build())
        .configuration_values("")
        .build()
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let described =
        Described { addon: answered(AddonStatus::Active, Vec::new()), pod_identities: BTreeMap::new() };
    let defaults = BTreeMap::new();
    let read = answer::model(
        &described,
        &"us-east-1".parse().unwrap(),
        Tags::new(&defaults),
        &in_state(OLD, NEW).cluster_version("1.33"),
    );
    let id = Value::Known(sparki_core::Id::new("us-east-1/main/coredns"));
    assert_eq!(
        read,
        EksAddonModel { id, tags_all: BTreeMap::new().into(), ..in_state(OLD, NEW).cluster_version("1.33") }
    );
}

#[test]
fn an_add_on_that_lacks_nothing_but_machines_is_installed() {
    let issue =
        |code: AddonIssueCode| AddonIssue::builder().code(code).message("No pods are running.").build();
    let lacking = answered(AddonStatus::Degraded, vec![issue(AddonIssueCode::InsufficientNumberOfReplicas)]);
    assert_eq!(answer::seen(Some(lacking.clone())), Seen::Reached(lacking));
    let broken = answered(AddonStatus::Degraded, vec![issue(AddonIssueCode::AccessDenied)]);
    assert_eq!(
        answer::seen(Some(broken)),
        Seen::Failed(
            "The add-on has the status DEGRADED. AWS's reason: AccessDenied: No pods are running.".into()
        )
    );
    let failed = answered(AddonStatus::CreateFailed, Vec::new());
    assert_eq!(
        answer::seen(Some(failed)),
        Seen::Failed("The add-on has the status CREATE_FAILED, and AWS gives no reason.".into())
    );
    assert_eq!(answer::seen_leaving(None), Seen::Reached(()));
}

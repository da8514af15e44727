//! What every type must keep, in a loop over the registry.

use std::collections::BTreeSet;
use std::time::Duration;

use acceptance::{Case, Fault, eventually};
use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;

use crate::subject::{Subject, Version, deployment_target, environment, pipeline, project, workspace};
use crate::whole::Whole;

/// Long enough to interrupt, short enough to wait for.
const SLOW: Duration = Duration::from_secs(6);

/// More than anybody tries again.
const ALWAYS: u32 = 99;

/// Makes a test of each type on the control plane.
macro_rules! of_every_type {
    ($check:path) => {
        #[test]
        fn workspace() {
            $check(super::workspace);
        }

        #[test]
        fn project() {
            $check(super::project);
        }

        #[test]
        fn pipeline() {
            $check(super::pipeline);
        }

        #[test]
        fn environment() {
            $check(super::environment);
        }

        #[test]
        fn deployment_target() {
            $check(super::deployment_target);
        }
    };
}

mod an_answer_that_stays_lost_is_overcome_by_the_next_run {
    of_every_type!(super::check_lost_answers);
}

mod an_interrupted_creation_is_kept {
    of_every_type!(super::check_interruption);
}

/// Everything that is in the registry.
fn registered() -> BTreeSet<&'static str> {
    Sparki::new().registry().resources().keys().copied().collect()
}

#[test]
fn every_type_of_the_registry_is_tested() {
    let case = Case::new();
    let subjects = [workspace, project, pipeline, environment, deployment_target];
    let tested = subjects.iter().map(|subject| subject(&case).kind);
    let of_aws = [
        "sparki_cloudfront_distribution",
        "sparki_eks_addon",
        "sparki_eks_cluster",
        "sparki_eks_node_group",
        "sparki_eks_pod_identity",
        "sparki_load_balancer",
        "sparki_s3_bucket",
        "sparki_state_backend",
    ];
    let tested: BTreeSet<&str> = tested.chain(of_aws).collect();
    assert_eq!(registered(), tested, "a type has no subject: every test that loops over them lacks it");
    assert_eq!(registered(), Whole::types(), "a type is not in the configuration that has one of each");
}

#[test]
fn every_attribute_that_can_be_set_is_set_by_the_subject_of_its_type() {
    let case = Case::new();
    for subject in [workspace, project, pipeline, environment, deployment_target] {
        let subject = subject(&case);
        let set: BTreeSet<&str> = subject.changeable.iter().map(|it| it.name).collect();
        let fixed: BTreeSet<&str> = subject.fixed.iter().map(|(name, _)| *name).collect();
        let sparki = Sparki::new();
        let schema = &sparki.registry().resources()[subject.kind].schema().object;
        for attribute in &schema.attributes {
            let name = attribute.name;
            let is_computed = matches!(attribute.mode, sparki_core::Mode::Computed);
            let is_known = set.contains(name) || fixed.contains(name) || subject.elsewhere.contains(&name);
            assert!(is_computed || is_known, "{}: {name} is not tested", subject.kind);
        }
    }
}

/// Loses every answer to each kind of call in turn: the run fails, nothing is lost, and the next one converges.
fn check_lost_answers(subject: fn(&Case) -> Subject) {
    let case = Case::alone();
    let subject = subject(&case);
    let (collection, control_plane) = (subject.collection, case.control_plane());
    let lost = |method: &str| Fault::on(method, &format!("/{collection}")).times(ALWAYS).drop_after();
    let count = || control_plane.list(collection, "limit=100").len();
    case.apply(&subject.surroundings);
    let before = count();

    control_plane.misbehave(&[lost("POST")]);
    let bare = subject.config(Version::Bare);
    let _ = case.step(&bare).refused_at_apply().blames_nobody();
    control_plane.misbehave(&[]);
    case.apply(&bare);
    assert_eq!(count(), before + 1, "it was made once");

    control_plane.misbehave(&[lost("GET")]);
    let _ = case.step(&bare).refused_at_plan().blames_nobody();
    assert!(case.state().has(&subject.address()), "what cannot be read is not gone");
    control_plane.misbehave(&[lost("PATCH")]);
    let first = subject.config_to_destroy();
    let _ = case.step(&first).refused_at_apply().blames_nobody();
    control_plane.misbehave(&[]);
    case.apply(&first);

    control_plane.misbehave(&[lost("DELETE")]);
    let _ = case.refuses_destroy().blames_nobody();
    control_plane.misbehave(&[]);
    case.finish();
}

/// Interrupts Terraform while the answer to the creation is on its way.
fn check_interruption(subject: fn(&Case) -> Subject) {
    let case = Case::alone();
    let subject = subject(&case);
    let (address, control_plane) = (subject.address(), case.control_plane());
    let count = || control_plane.list(subject.collection, "limit=100").len();
    case.apply(&subject.surroundings);
    let before = count();
    let config = subject.config(Version::Bare);
    let _ = case.plan(&config);
    control_plane.misbehave(&[Fault::on("POST", &format!("/{}", subject.collection)).delay(SLOW)]);
    let apply = case.terraform().start(&["apply", "-input=false", "-no-color", "plan"]);
    eventually("the object is made", || count() > before);
    apply.interrupt();
    let output = apply.wait();
    control_plane.misbehave(&[]);
    let state = case.state();
    assert!(state.has(&address) && !state.is_tainted(&address), "it was made: {output}");
    assert!(!output.stderr().contains("did not respond"), "{output}");
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action(&address), acceptance::Action::NoOp);
    assert_eq!(count(), before + 1);
    case.finish();
}

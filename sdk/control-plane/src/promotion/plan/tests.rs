use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    delivery::{
        artifact::Artifact,
        build::BuildStatus,
        environment::Tier,
        platform::{Platform, Strategy},
    },
    object::id::Id,
    promotion::{
        direction::Direction,
        drift_report::Found,
        flow::{Pause, Stage},
        freeze::Frozen,
        gate::{Approval, Enforcement, Exclusion},
        plan::{
            draft,
            facts::{
                Facts, Finding, FlowFacts, GateFacts, GivenFacts, Parties, ReleaseFacts, TargetFacts, Voter,
            },
            model::Version,
            soak::{Soaked, Standing},
        },
    },
    variables::given::{Configuration, Given, GivenKind},
};

const NOW: &str = "2026-01-01T12:00:00Z";

fn id<K>(number: u8) -> Id<K> {
    Id::parse(&format!("01890a5d-ac96-774b-bcce-b3020000{number:04}")).unwrap()
}

fn release(version: &str, artifacts: &[(&str, &str)]) -> ReleaseFacts {
    let artifact = |(name, digest): &(&str, &str)| Artifact {
        name: (*name).to_owned(),
        uri: String::new(),
        digest: (*digest).to_owned(),
        signature: None,
    };
    ReleaseFacts {
        shown: Version {
            release_id: Some(format!("id of {version}")),
            version: version.to_owned(),
            digest: format!("digest of {version}"),
            commit_sha: Some(format!("commit of {version}")),
        },
        artifacts: artifacts.iter().map(artifact).collect(),
        irreversible_migrations: false,
    }
}

fn target(number: u8, name: &str) -> TargetFacts {
    TargetFacts {
        id: id(number),
        name: name.to_owned(),
        platform: Platform::Custom,
        strategy: Strategy::Direct,
        digest: format!("digest of {name}"),
    }
}

fn gate(name: &str, finding: Finding) -> GateFacts {
    GateFacts {
        id: Some(id(9)),
        name: name.to_owned(),
        enforcement: Enforcement::Blocking,
        applies_to: vec![Direction::Promote],
        definition: format!("definition of {name}"),
        finding,
    }
}

fn signatures(keys: usize, unsigned: &[&str]) -> Finding {
    Finding::Signatures { keys, unsigned: unsigned.iter().map(|name| (*name).to_owned()).collect() }
}

/// What was given before and would be now, by name and fingerprint; secrets have names that begin with S.
fn given(before: &[(&str, &str)], after: &[(&str, &str)]) -> GivenFacts {
    let configuration = |given: &[(&str, &str)]| -> Configuration {
        let one = |(name, fingerprint): &(&str, &str)| {
            let kind = if name.starts_with('S') { GivenKind::Secret } else { GivenKind::Variable };
            ((*name).to_owned(), Given { kind, fingerprint: (*fingerprint).to_owned() })
        };
        given.iter().map(one).collect()
    };
    GivenFacts { before: Some(configuration(before)), after: configuration(after) }
}

/// A first release on its way to one target, with nothing in front of it.
fn facts() -> Facts {
    Facts {
        now: NOW.parse().unwrap(),
        direction: Direction::Promote,
        environment_id: id(1),
        tier: Tier::Production,
        release_id: id(2),
        from: None,
        to: release("v2", &[("web", "two"), ("worker", "one")]),
        targets: vec![target(3, "use1")],
        pipelines: BTreeMap::from([("ci".to_owned(), "digest of ci".to_owned())]),
        given: GivenFacts { before: Some(Configuration::new()), after: Configuration::new() },
        flow: None,
        gates: Vec::new(),
        freeze: None,
    }
}

/// The plan as lines: those of what matters most, and its inputs.
fn check_plan(facts: &Facts, expected: &Expect) {
    let plan = draft(facts);
    let version = |version: &Version| version.version.clone();
    let mut lines =
        vec![format!("{} -> {}", plan.from.as_ref().map_or("nothing".to_owned(), version), plan.to.version)];
    for wave in &plan.waves {
        let names: Vec<&str> = wave.targets.iter().map(|target| target.name.as_str()).collect();
        lines.push(format!("wave {} then {} {:?}", names.join(", "), json!(wave.pause), wave.pause_seconds));
    }
    for gate in &plan.gates {
        let (kind, status) = (json!(gate.kind), json!(gate.status));
        let until = gate.passes_at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
        lines.push(format!("gate {} {kind} {status}: {}{until}", gate.name, gate.detail));
    }
    lines.extend(
        plan.freeze.iter().map(|freeze| format!("freeze {} until {}", freeze.window, freeze.ends_at)),
    );
    lines.extend(
        plan.changes
            .iter()
            .map(|change| format!("change {} {:?} {:?}", change.what, change.before, change.after)),
    );
    for change in plan.config_changes.iter().flatten() {
        let (kind, word) = (json!(change.kind), json!(change.change));
        let (before, after) = (&change.before_fingerprint, &change.after_fingerprint);
        lines.push(format!("config {} {kind} {word} {before:?} {after:?}", change.key));
    }
    lines.push(format!("risk {}: {}", json!(plan.risk.level), plan.risk.reasons.join(" ")));
    lines.extend(plan.inputs.iter().map(|(name, value)| format!("input {name} = {value}")));
    lines.push(plan.digest);
    expected.assert_eq(&format!("{}\n", lines.join("\n")));
}

#[test]
fn a_first_release_has_nothing_to_go_back_to() {
    check_plan(
        &facts(),
        &expect![[r#"
        nothing -> v2
        wave use1 then "none" None
        change artifacts/web None Some("two")
        change artifacts/worker None Some("one")
        change commit_sha None Some("commit of v2")
        change version None Some("v2")
        risk "medium": Nothing was deployed before, so there is nothing to go back to. There are no gates in front of production. A deployment target is replaced all at once.
        input configuration/pipelines/ci = digest of ci
        input environment = 01890a5d-ac96-774b-bcce-b30200000001
        input operation = promote
        input release = digest of v2
        input targets/use1 = digest of use1
        sha256:1193e925641a3783b4041d767281d7695e3ae7df3e52b7605bb237488e7170af
    "#]],
    );
}

#[test]
fn variables_and_secrets_that_have_changed_are_shown_by_their_fingerprints() {
    let before = [("GONE", "1"), ("SAME", "2"), ("S_TURNED", "3"), ("TURNED", "4")];
    let after = [("NEW", "5"), ("SAME", "2"), ("S_TURNED", "6"), ("TURNED", "7")];
    let facts = Facts {
        from: Some(release("v1", &[("web", "two"), ("worker", "one")])),
        given: given(&before, &after),
        ..facts()
    };
    check_plan(
        &facts,
        &expect![[r#"
        v1 -> v2
        wave use1 then "none" None
        change commit_sha Some("commit of v1") Some("commit of v2")
        change version Some("v1") Some("v2")
        config GONE "variable" "removed" Some("1") None
        config NEW "variable" "added" None Some("5")
        config S_TURNED "secret" "changed" Some("3") Some("6")
        config TURNED "variable" "changed" Some("4") Some("7")
        risk "medium": There are no gates in front of production. A deployment target is replaced all at once.
        input configuration/pipelines/ci = digest of ci
        input configuration/secrets/SAME = 2
        input configuration/secrets/S_TURNED = 6
        input configuration/variables/NEW = 5
        input configuration/variables/TURNED = 7
        input current_configuration = sha256:96ececb38a9ee6378fb24c5750f1cd3a2eefa390ecf8f39e2280d936c3c0037d
        input current_release = digest of v1
        input environment = 01890a5d-ac96-774b-bcce-b30200000001
        input operation = promote
        input release = digest of v2
        input targets/use1 = digest of use1
        sha256:fd3b7a216e7b512cb363e8786fa8c1c7b2d265197db2de96ede4c0f0e5ead04c
    "#]],
    );
    assert_eq!(draft(&Facts { given: GivenFacts::default(), ..facts }).config_changes, None);
}

#[test]
fn targets_go_in_the_waves_of_the_flow_and_the_rest_comes_last() {
    let stage: Stage = serde_json::from_value(json!({
        "environment": "production",
        "waves": [
            {"targets": ["euw1", "gone"], "pause": "timed", "pause_seconds": 600},
            {"targets": ["nowhere"], "pause": "none", "pause_seconds": null},
        ],
    }))
    .unwrap();
    assert_eq!(stage.waves[0].pause, Pause::Timed);
    let facts = Facts {
        from: Some(release("v1", &[("web", "one"), ("old", "one")])),
        targets: vec![target(3, "use1"), target(4, "euw1"), target(5, "aps1")],
        flow: Some(FlowFacts { name: "standard".to_owned(), version: 3, stage }),
        ..facts()
    };
    check_plan(
        &facts,
        &expect![[r#"
        v1 -> v2
        wave euw1 then "timed" Some(600)
        wave use1, aps1 then "none" None
        change artifacts/old Some("one") None
        change artifacts/web Some("one") Some("two")
        change artifacts/worker None Some("one")
        change commit_sha Some("commit of v1") Some("commit of v2")
        change version Some("v1") Some("v2")
        risk "medium": There are no gates in front of production. A deployment target is replaced all at once.
        input configuration/pipelines/ci = digest of ci
        input current_release = digest of v1
        input environment = 01890a5d-ac96-774b-bcce-b30200000001
        input flow = standard 3
        input operation = promote
        input release = digest of v2
        input targets/aps1 = digest of aps1
        input targets/euw1 = digest of euw1
        input targets/use1 = digest of use1
        sha256:506a5e197128cc72c006f6c4216c80d256311ee91d4a15329d16df1a26f572f3
    "#]],
    );
}

#[test]
fn every_gate_says_how_it_stands_and_why() {
    let now: Timestamp = NOW.parse().unwrap();
    let hours = SignedDuration::from_hours;
    let voter = |name: &str, role: &str| Voter {
        user_id: name.to_owned(),
        email: format!("{name}@example.com"),
        standing: vec![role.to_owned()],
    };
    let voters =
        vec![voter("ann", "member"), voter("bob", "admin"), voter("cy", "owner"), voter("dee", "viewer")];
    let parties = Parties { requester: Some("cy".to_owned()), author: Some("ann".to_owned()) };
    let rule = |from: &[&str]| Approval {
        count: 2,
        from: from.iter().map(|name| (*name).to_owned()).collect(),
        exclude: vec![Exclusion::Requester],
    };
    let approval = |from: &[&str]| Finding::Approval {
        rule: rule(from),
        voters: voters.clone(),
        parties: parties.clone(),
    };
    let soak = |standing, healthy| Finding::Soak {
        slug: "staging".to_owned(),
        duration_seconds: 7200,
        soaked: Soaked { standing, healthy: hours(healthy) },
    };
    let drift =
        |found, age| Finding::Drift { max_age_seconds: 3600, report: Some((found, now - hours(age))) };
    let check = |status| Finding::Check { pipeline: "ci".to_owned(), status };
    let window = |start: &str| {
        let weekly = json!({"days": ["thursday"], "start": start, "duration_minutes": 60, "timezone": "UTC"});
        Finding::Window(serde_json::from_value(weekly).unwrap())
    };
    let lock = json!({"reason": "stocktaking", "until": "2026-01-01T13:00:00Z"});
    let findings = [
        ("anyone", approval(&[])),
        ("admins", approval(&["admin"])),
        ("named", approval(&["dee@example.com", "member"])),
        ("soaking", soak(Standing::Healthy, 1)),
        ("soaked", soak(Standing::Healthy, 2)),
        ("elsewhere", soak(Standing::Elsewhere, 5)),
        ("unwatched", soak(Standing::Unwatched, 5)),
        ("clean", drift(Found::Clean, 1)),
        ("old", drift(Found::Clean, 2)),
        ("drifted", drift(Found::Drifted, 0)),
        ("unreported", Finding::Drift { max_age_seconds: 1, report: None }),
        ("never", check(None)),
        ("running", check(Some(BuildStatus::Running))),
        ("failed", check(Some(BuildStatus::Failed))),
        ("succeeded", check(Some(BuildStatus::Success))),
        ("open", window("11:30")),
        ("closed", window("12:01")),
        ("lock", Finding::Lock(Some(serde_json::from_value(lock).unwrap()))),
        ("source", Finding::Source { slugs: vec!["dev".to_owned(), "staging".to_owned()], reached: false }),
        ("verified", Finding::VerifiedIn { slug: "staging".to_owned(), verified: true }),
        ("unasked", Finding::Webhook(None)),
        ("keyless", signatures(0, &["web"])),
        ("unsigned", signatures(1, &["web", "worker"])),
        ("signed", signatures(1, &[])),
    ];
    let gates = findings.map(|(name, finding)| gate(name, finding)).to_vec();
    check_plan(
        &Facts { gates, ..facts() },
        &expect![[r#"
        nothing -> v2
        wave use1 then "none" None
        gate anyone "approval" "passed": 3 of 2 have approved. Those are: ann@example.com, bob@example.com, dee@example.com.
        gate admins "approval" "pending": 1 of 2 have approved. Those are: bob@example.com.
        gate named "approval" "passed": 3 of 2 have approved. Those are: ann@example.com, bob@example.com, dee@example.com.
        gate soaking "soak" "pending": staging runs it well, which it has to do for 7200 seconds. (2026-01-01T13:00:00.000000Z)
        gate soaked "soak" "passed": staging has run it well for 7200 seconds.
        gate elsewhere "soak" "pending": staging does not run it.
        gate unwatched "soak" "pending": staging runs it without health checks, so no time counts.
        gate clean "drift" "passed": The report of 2026-01-01T11:00:00.000000Z is clean.
        gate old "drift" "pending": The newest report is of 2026-01-01T10:00:00.000000Z, which is too long ago.
        gate drifted "drift" "failed": The report of 2026-01-01T12:00:00.000000Z says that it has drifted.
        gate unreported "drift" "pending": Nobody has reported whether the environment is what it should be.
        gate never "check" "pending": ci has not run for the commit.
        gate running "check" "pending": ci is under way.
        gate failed "check" "failed": ci is failed.
        gate succeeded "check" "passed": ci has succeeded.
        gate open "window" "passed": It is open until 2026-01-01T12:30:00.000000Z.
        gate closed "window" "pending": It is not the time. (2026-01-01T12:01:00.000000Z)
        gate lock "lock" "pending": The environment is locked: stocktaking (2026-01-01T13:00:00.000000Z)
        gate source "source" "pending": It has to be deployed to dev or staging first.
        gate verified "verified_in" "passed": It was healthy in staging.
        gate unasked "webhook" "pending": It is asked once a promotion waits.
        gate keyless "signatures" "failed": The workspace has no signing keys to check the artifacts with.
        gate unsigned "signatures" "failed": No key of the workspace has signed web, worker.
        gate signed "signatures" "passed": Every artifact is signed.
        change artifacts/web None Some("two")
        change artifacts/worker None Some("one")
        change commit_sha None Some("commit of v2")
        change version None Some("v2")
        risk "medium": Nothing was deployed before, so there is nothing to go back to. A deployment target is replaced all at once.
        input configuration/pipelines/ci = digest of ci
        input environment = 01890a5d-ac96-774b-bcce-b30200000001
        input gates/admins = definition of admins
        input gates/anyone = definition of anyone
        input gates/clean = definition of clean
        input gates/closed = definition of closed
        input gates/drifted = definition of drifted
        input gates/elsewhere = definition of elsewhere
        input gates/failed = definition of failed
        input gates/keyless = definition of keyless
        input gates/lock = definition of lock
        input gates/named = definition of named
        input gates/never = definition of never
        input gates/old = definition of old
        input gates/open = definition of open
        input gates/running = definition of running
        input gates/signed = definition of signed
        input gates/soaked = definition of soaked
        input gates/soaking = definition of soaking
        input gates/source = definition of source
        input gates/succeeded = definition of succeeded
        input gates/unasked = definition of unasked
        input gates/unreported = definition of unreported
        input gates/unsigned = definition of unsigned
        input gates/unwatched = definition of unwatched
        input gates/verified = definition of verified
        input operation = promote
        input release = digest of v2
        input targets/use1 = digest of use1
        sha256:2a86665c6ca17d5d14913cb1dc7f28ad0e8bc0aa9465aa9bf26cd92fd80b95f0
    "#]],
    );
}

#[test]
fn a_rollback_passes_by_what_is_not_in_front_of_it() {
    let lock = GateFacts {
        applies_to: vec![Direction::Promote, Direction::Rollback],
        ..gate("lock", Finding::Lock(None))
    };
    let frozen =
        Frozen { window: "weekend".to_owned(), reason: None, ends_at: "2026-01-05T08:00:00Z".to_owned() };
    let facts = Facts {
        direction: Direction::Rollback,
        from: Some(release("v3", &[("web", "three"), ("worker", "one")])),
        gates: vec![lock, gate("signed", signatures(0, &[]))],
        freeze: Some(frozen),
        ..facts()
    };
    check_plan(
        &facts,
        &expect![[r#"
        v3 -> v2
        wave use1 then "none" None
        gate lock "lock" "passed": The environment is not locked.
        gate signed "signatures" "skipped": It is not in front of a rollback.
        freeze weekend until 2026-01-05T08:00:00Z
        change artifacts/web Some("three") Some("two")
        change commit_sha Some("commit of v3") Some("commit of v2")
        change version Some("v3") Some("v2")
        risk "medium": A deployment target is replaced all at once.
        input configuration/pipelines/ci = digest of ci
        input current_release = digest of v3
        input environment = 01890a5d-ac96-774b-bcce-b30200000001
        input gates/lock = definition of lock
        input gates/signed = definition of signed
        input operation = rollback
        input release = digest of v2
        input targets/use1 = digest of use1
        sha256:2cb7a1fc5beb189819dbbef50bc63ec7156d7c6944b0701be3a883ed7faba78b
    "#]],
    );
}

#[test]
fn the_digest_covers_what_is_done_and_not_how_gates_stand() {
    let digest = |facts: &Facts| draft(facts).digest;
    let with = |name: &str, finding: Finding| Facts { gates: vec![gate(name, finding)], ..facts() };
    let verified = |verified| Finding::VerifiedIn { slug: "staging".to_owned(), verified };
    assert_eq!(digest(&with("a", verified(true))), digest(&with("a", verified(false))));
    let base = digest(&with("a", verified(true)));
    assert_ne!(digest(&with("b", verified(true))), base);
    assert_ne!(digest(&facts()), base);
    let base = digest(&facts());
    assert_eq!(digest(&Facts { now: "2027-01-01T00:00:00Z".parse().unwrap(), ..facts() }), base);
    let others = [
        Facts { from: Some(release("v1", &[])), ..facts() },
        Facts { to: release("v3", &[]), ..facts() },
        Facts { targets: vec![TargetFacts { digest: "other".to_owned(), ..target(3, "use1") }], ..facts() },
        Facts { pipelines: BTreeMap::new(), ..facts() },
        Facts { given: given(&[], &[("A", "one")]), ..facts() },
        Facts { given: given(&[("A", "one")], &[]), ..facts() },
        Facts { direction: Direction::Rollback, ..facts() },
        Facts { environment_id: id(7), ..facts() },
    ];
    for other in &others {
        assert_ne!(digest(other), base);
    }
}

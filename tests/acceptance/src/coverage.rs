//! Which stand-in plays enough of AWS for which resource type.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::artifacts::checkout;
use crate::life::Stage;
use crate::scenario::Scenario;
use crate::stand_in::StandIn;

/// What comes before the table.
const HEAD: &str = "\
# What is tested against which stand-in

`make coverage` writes this page. It goes through the life of each resource type on AWS, as `tests/acceptance/scenarios` describes it, against
three stand-ins: the one of this repository (EKS, RDS and ElastiCache with lifecycles and rules, moto for the rest), moto alone and ministack alone. The
stages are create, an update to each further configuration of the scenario, import, drift and destroy; \"all\" says that every one of them passes. Else
those that do not are named; why stands below, and `make coverage` prints what was said. What cannot be made goes through
no other stage. Tests demand \"all\" of the stand-in of this repository.

None of them is AWS, which no test reaches.

| type | stand-in | moto | ministack |
|---|---|---|---|
";

/// What comes after the table.
const REASONS: &str = "
## Why something does not pass

What a stand-in lacks, as `lacking` in `scenario.json` of the type has it, written by hand after a look at what fails. Where the cause is not known, it
says so.

";

/// The page with the table.
#[must_use]
pub fn page() -> PathBuf {
    checkout().join("docs/contributing/aws-coverage.md")
}

/// Goes through every scenario against every stand-in, tells how each went, and returns the page. Where types are named, only
/// through theirs; the rows of others are those that `before` has.
#[must_use]
pub fn measure((before, only): (&str, &[String]), mut tell: impl FnMut(&str)) -> String {
    let stand_ins =
        [("stand-in", StandIn::simulated()), ("moto", StandIn::moto()), ("ministack", StandIn::ministack())];
    // What fails of a scenario is told once, with the stand-in it fails against.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !ATTEMPTING.load(Ordering::Relaxed) {
            usual(panic);
        }
    }));
    let (mut page, mut reasons) = (HEAD.to_owned(), REASONS.to_owned());
    for kind in Scenario::kinds() {
        let scenario = Scenario::of(&kind);
        let known = before.lines().find(|line| line.starts_with(&format!("| `{kind}` |")));
        let known = known.filter(|_| !only.is_empty() && !only.contains(&kind));
        let row = known.map_or_else(
            || {
                let mut row = format!("| `{kind}` |");
                for (name, aws) in &stand_ins {
                    let _ = write!(row, " {} |", cell(&scenario, (name, aws), &mut tell));
                }
                row
            },
            str::to_owned,
        );
        let _ = writeln!(page, "{row}");
        let cells = row.split('|').skip(2).map(str::trim);
        for ((name, _), cell) in stand_ins.iter().zip(cells) {
            let reason = scenario.lacking(name);
            match (cell == "all", reason) {
                (false, Some(reason)) => drop(writeln!(reasons, "- `{kind}` on {name}: {reason}")),
                (false, None) => tell(&format!("{kind} against {name}: \"lacking\" does not say why")),
                (true, Some(_)) => tell(&format!(
                    "{kind} against {name}: \"lacking\" says why something fails, and nothing does"
                )),
                (true, None) => {}
            }
        }
    }
    page + &reasons
}

/// What passes of one scenario against one stand-in, in words.
fn cell(scenario: &Scenario, (name, aws): (&str, &Arc<StandIn>), tell: &mut impl FnMut(&str)) -> String {
    let kind = scenario.kind();
    let failed = life(scenario, aws, |stage, reason| {
        tell(&format!("{kind} against {name}: {stage} fails: {reason}"));
    });
    let cell = match failed.as_slice() {
        [] => "all".to_owned(),
        [only @ Stage::Create { .. }] => format!("not {only}"),
        failed => format!("all but {}", failed.iter().map(Stage::to_string).collect::<Vec<_>>().join(", ")),
    };
    tell(&format!("{kind} against {name}: {cell}"));
    cell
}

/// Goes through one scenario, and on where a stage fails, unless it is the first; those that failed.
fn life(scenario: &Scenario, aws: &Arc<StandIn>, mut fails: impl FnMut(&Stage, &str)) -> Vec<Stage> {
    let mut life = scenario.begin(aws);
    let mut failed = Vec::new();
    for stage in scenario.stages() {
        let Err(reason) = attempt(|| life.pass(&stage)) else { continue };
        fails(&stage, &reason);
        let is_first = matches!(stage, Stage::Create { .. });
        failed.push(stage);
        if is_first {
            let _ = attempt(|| life.pass(&Stage::Destroy));
            break;
        }
        // The next one begins with what held last. Where that cannot be had again, it fails for its own reasons.
        let _ = attempt(|| life.return_to_rest());
    }
    failed
}

/// Whether something is being done that may panic.
static ATTEMPTING: AtomicBool = AtomicBool::new(false);

/// Does something that may panic; with what, if it does.
fn attempt(something: impl FnOnce()) -> Result<(), String> {
    ATTEMPTING.store(true, Ordering::Relaxed);
    let attempted = catch_unwind(AssertUnwindSafe(something));
    ATTEMPTING.store(false, Ordering::Relaxed);
    attempted.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it says no more").to_owned()
    })
}

//! Which stand-in plays enough of AWS for which resource type.

use std::cell::Cell;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use crate::artifacts::checkout;
use crate::moto::Moto;
use crate::scenario::{Scenario, Stage};

/// What comes before the table.
const HEAD: &str = "\
# What is tested against which stand-in

`make coverage` writes this page. It goes through the life of each resource type on AWS, as `tests/acceptance/scenarios` describes it, against
three stand-ins: the one of this repository (EKS, RDS and ElastiCache with lifecycles and rules, moto for the rest), moto alone and ministack alone. The
stages are create, update, import, drift and destroy; \"all\" says that every one of them passes. Else the first stage that fails is named, and
`make coverage` prints the reason, which may be that the stand-in lacks something. Tests demand \"all\" of the stand-in of this repository.

None of them is AWS, which no test reaches.

| type | stand-in | moto | ministack |
|---|---|---|---|
";

/// The page with the table.
#[must_use]
pub fn page() -> PathBuf {
    checkout().join("docs/contributing/aws-coverage.md")
}

/// Goes through every scenario against every stand-in, tells how each went, and returns the page.
#[must_use]
pub fn measure(mut tell: impl FnMut(&str)) -> String {
    let stand_ins =
        [("stand-in", Moto::simulated()), ("moto", Moto::shared()), ("ministack", Moto::ministack())];
    // What fails from here on is told once, with the stand-in it fails against.
    std::panic::set_hook(Box::new(|_| {}));
    let mut page = HEAD.to_owned();
    for kind in Scenario::kinds() {
        let _ = write!(page, "| `{kind}` |");
        for (name, aws) in &stand_ins {
            let cell = match life(&kind, aws) {
                Ok(()) => "all".to_owned(),
                Err((stage, reason)) => {
                    tell(&format!("{kind} against {name}: {stage} fails: {reason}"));
                    format!("{stage} fails")
                }
            };
            tell(&format!("{kind} against {name}: {cell}"));
            let _ = write!(page, " {cell} |");
        }
        page.push('\n');
    }
    page
}

/// Goes through one scenario; the stage that failed, and why.
fn life(kind: &str, aws: &Arc<Moto>) -> Result<(), (Stage, String)> {
    let stage = Cell::new(Stage::Create);
    let lived = catch_unwind(AssertUnwindSafe(|| Scenario::of(kind).live(aws, |begun| stage.set(begun))));
    lived.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it says no more");
        (stage.get(), text.to_owned())
    })
}

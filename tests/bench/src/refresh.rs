//! Refreshes of many instances, with the control plane near and far, read ahead and one by one.

use std::ops::Range;
use std::time::{Duration, Instant};

use acceptance::{ControlPlane, Driver, Fault, Terraform, Tool};
use serde_json::{Value, json};

use crate::statistics::{Times, median, milliseconds};
use crate::table::Table;

const ARGUMENTS: [&str; 3] = ["plan", "-refresh-only", "-input=false"];
/// The control plane answers so much later when it is far.
const FAR: Duration = Duration::from_millis(50);

/// The environments of others, half of which are older than the own ones, and half younger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// There are none.
    None,
    /// There are so many in other projects, a thousand in each.
    Elsewhere(usize),
    /// There are so many in the same project.
    Around(usize),
}

/// How far away the control plane is.
#[derive(Clone, Copy, Debug)]
enum Distance {
    Near,
    Far,
}

/// What one refresh took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Refresh {
    took: Duration,
    requests: u64,
}

/// A control plane with environments, and the state that knows the own ones.
struct World {
    control_plane: ControlPlane,
    terraform: Terraform,
}

/// Compares refreshes of so many instances among those of others.
pub(crate) fn measure(instances: usize, others: Others, times: Times, table: &mut Table) {
    let mut world = World::new(instances, others);
    let (mut near, mut far, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    // In turn, so that what else the machine does hits all of them.
    for _ in 0..times.0 {
        near.push(world.refresh(Distance::Near, "true"));
        far.push(world.refresh(Distance::Far, "true"));
        alone.push(world.refresh(Distance::Far, "false"));
    }
    let (near, far, alone) = (median(near), median(far), median(alone));
    let command = format!("terraform {}; median of {}", ARGUMENTS.join(" "), times.0);
    let label = match others {
        Others::None => format!("refresh of {instances}"),
        Others::Elsewhere(others) => format!("refresh of {instances} of {}", instances + others),
        Others::Around(others) => format!("refresh of {instances} of {} in one project", instances + others),
    };
    let row = |table: &mut Table, what: &str, refresh: Refresh| {
        let what = format!("{label}, {what}");
        table.row([&what, &milliseconds(refresh.took), "", &command]);
        table.row([&format!("{what}: API requests"), &refresh.requests.to_string(), "", ""]);
    };
    row(table, "near", near);
    row(table, "50 ms away", far);
    row(table, "50 ms away, batch_reads off", alone);
    let ratio = |one: Refresh, other: Refresh| one.took.as_secs_f64() / other.took.as_secs_f64();
    // A single object cannot be nearer than one round trip.
    let goal = if (instances, others) == (1_000, Others::None) { "<= 1.2, <= 50 requests" } else { "" };
    table.row([&format!("{label}, 50 ms away / near"), &format!("{:.2}", ratio(far, near)), goal, ""]);
    let goal = if others == Others::None { "" } else { "<= 0.55" };
    let ratio = format!("{:.2}", ratio(far, alone));
    table.row([&format!("{label}, 50 ms away / one by one"), &ratio, goal, ""]);
}

impl World {
    fn new(instances: usize, others: Others) -> Self {
        let control_plane = ControlPlane::start();
        let workspace = control_plane.create("workspaces", &json!({"name": "Bench", "slug": "bench"}));
        let project = |name: &str| {
            let git_url = "https://example.com/bench/web";
            let body = json!({"workspace_id": workspace["id"], "name": name, "git_url": git_url});
            let project = control_plane.create("projects", &body);
            project["id"].as_str().expect("an object has an id").to_owned()
        };
        let project_id = project("Own");
        let (projects, count): (Vec<String>, usize) = match others {
            Others::None => (vec![], 0),
            Others::Elsewhere(count) => (
                (0..count.div_ceil(1_000)).map(|number| project(&format!("Other {number}"))).collect(),
                count,
            ),
            Others::Around(count) => (vec![project_id.clone()], count),
        };
        let crowd = |numbers: Range<usize>| {
            for number in numbers {
                let project_id = &projects[number % projects.len()];
                let body = json!({"project_id": project_id, "name": format!("Other {number}")});
                control_plane.create("environments", &body);
            }
        };
        crowd(0..count / 2);
        let mut terraform = Terraform::new(&Tool::preferred(), &Driver::Mirror);
        terraform.set("SPARKI_ENDPOINT", control_plane.endpoint());
        terraform.set("SPARKI_API_KEY", control_plane.api_key());
        terraform.write(
            "main.tf",
            &format!(
                "terraform {{\n  required_providers {{\n    sparki = {{\n      source = \"sparki-io/sparki\"\n    }}\n  }}\n}}\n\
                 resource \"sparki_environment\" \"it\" {{\n  count = {instances}\n  project_id = \"{project_id}\"\n  \
                 name = \"Environment ${{count.index}}\"\n}}\n"
            ),
        );
        terraform.init();
        let _ = terraform.run(&["apply", "-input=false", "-auto-approve"]).succeeded();
        crowd(count / 2..count);
        Self { control_plane, terraform }
    }

    fn refresh(&mut self, distance: Distance, batch_reads: &str) -> Refresh {
        self.terraform.set("SPARKI_BATCH_READS", batch_reads);
        let late = |method, path| Fault::on(method, path).times(u32::MAX).delay(FAR);
        self.control_plane.misbehave(&match distance {
            Distance::Near => vec![],
            Distance::Far => vec![late("GET", "/environments"), late("POST", "/resources:batchGet")],
        });
        let before = self.requests();
        let started = Instant::now();
        let output = self.terraform.run(&ARGUMENTS);
        let took = started.elapsed();
        let _ = output.succeeded();
        Refresh { took, requests: self.requests() - before }
    }

    fn requests(&self) -> u64 {
        let requests = self.control_plane.all_requests();
        requests.as_object().into_iter().flatten().filter_map(|(_, count)| Value::as_u64(count)).sum()
    }
}

//! Plans of many instances, against Terraform's own `terraform_data`, which runs inside of Terraform.

use std::time::{Duration, Instant};

use acceptance::{Driver, Terraform, Tool};

use crate::statistics::{Times, median, milliseconds};
use crate::table::Table;

const ARGUMENTS: [&str; 3] = ["plan", "-input=false", "-out=plan"];

/// Compares plans of so many instances. They are counted: with a set in `for_each`, Terraform itself takes time that
/// grows with the square of their number.
pub(crate) fn measure(instances: u32, times: Times, table: &mut Table) {
    let ours = folder(&format!(
        "terraform {{\n  required_providers {{\n    sparki = {{\n      source = \"sparki-io/sparki\"\n    }}\n  }}\n}}\n\
         resource \"sparki_environment\" \"it\" {{\n  count = {instances}\n  \
         project_id = \"0193a1b2-0000-7000-8000-000000000000\"\n  name = \"Environment ${{count.index}}\"\n}}\n"
    ));
    let builtin = folder(&format!(
        "resource \"terraform_data\" \"it\" {{\n  count = {instances}\n  \
         input = \"Environment ${{count.index}}\"\n}}\n"
    ));
    let (mut our_times, mut builtin_times) = (Vec::new(), Vec::new());
    // In turn, so that what else the machine does hits both.
    for _ in 0..times.0 {
        our_times.push(plan(&ours));
        builtin_times.push(plan(&builtin));
    }
    let (our_time, builtin_time) = (median(our_times), median(builtin_times));
    let ratio = our_time.as_secs_f64() / builtin_time.as_secs_f64();
    let goal = if instances == 1 { "<= 2.2" } else { "<= 1.45" };
    let command = format!("terraform {}; median of {}", ARGUMENTS.join(" "), times.0);
    let label = if instances == 1 {
        "plan of 1 instance".to_owned()
    } else {
        format!("plan of {instances} instances")
    };
    table.row([&format!("{label}, sparki_environment"), &milliseconds(our_time), "", &command]);
    table.row([&format!("{label}, terraform_data"), &milliseconds(builtin_time), "", &command]);
    table.row([&format!("{label}, ratio"), &format!("{ratio:.2}"), goal, ""]);
}

/// A folder with a configuration that has no state, so that a plan reads nothing and asks nobody.
fn folder(configuration: &str) -> Terraform {
    let mut terraform = Terraform::new(&Tool::preferred(), &Driver::Mirror);
    terraform.set("SPARKI_ENDPOINT", "http://127.0.0.1:9");
    terraform.set("SPARKI_API_KEY", "spk_bench_bench");
    terraform.write("main.tf", configuration);
    terraform.init();
    // The first plan warms up the caches of the file system.
    let _ = plan(&terraform);
    terraform
}

fn plan(terraform: &Terraform) -> Duration {
    let started = Instant::now();
    let output = terraform.run(&ARGUMENTS);
    let took = started.elapsed();
    let _ = output.succeeded();
    took
}

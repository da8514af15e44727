//! Plans of sets of nested objects, which take other providers minutes.

use std::time::{Duration, Instant};

use acceptance::{Plugin, built};
use depot::{Depot, PARCEL};
use sparki_core::{Dynamic, Type};
use tfplugin_server::Product;
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::plan_resource_change::{Request, Response};
use tfplugin6::v6::provider_client::ProviderClient;
use tokio::runtime::Builder;
use tonic::transport::Channel;

use crate::statistics::{Times, median, milliseconds};
use crate::table::Table;

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;

/// What HashiCorp's framework was reported to take for a set of 1,000 nested blocks.
const ELSEWHERE: &str = "70 s in HashiCorp's framework, says its issue 775";

pub(crate) fn measure(times: Times, table: &mut Table) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime needs nothing");
    let ty = Depot::new().registry().resources()[PARCEL].schema().object.ty();
    let (mut created, mut small, mut large) = (Vec::new(), Vec::new(), Vec::new());
    runtime.block_on(async {
        let plugin = Plugin::start(&built("terraform-provider-depot")).await;
        let mut client = plugin.connect().await;
        // In turn, so that what else the machine does hits all of them.
        for _ in 0..times.0 {
            created.push(plan(&mut client, &Dynamic::Null, &parcel(0..SMALL), &ty).await);
            small.push(plan(&mut client, &parcel(0..SMALL), &parcel(1..SMALL + 1), &ty).await);
            large.push(plan(&mut client, &parcel(0..LARGE), &parcel(1..LARGE + 1), &ty).await);
        }
    });
    let (created, small, large) = (median(created), median(small), median(large));
    let command = format!("PlanResourceChange of a parcel; median of {}", times.0);
    table.row(["plan of a new set of 1,000 nested objects", &milliseconds(created), "", ELSEWHERE]);
    table.row(["same, one of which changes", &milliseconds(small), "", &command]);
    table.row(["same with 10,000", &milliseconds(large), "", &command]);
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    table.row(["set of 10,000 / of 1,000, ratio", &format!("{ratio:.1}"), "<= 12", ""]);
}

/// A parcel with these stamps. What they cost is left to the default.
fn parcel(motifs: std::ops::Range<usize>) -> Dynamic {
    let stamp = |number| Dynamic::object([("motif", Dynamic::string(format!("motif {number}")))]);
    Dynamic::object([("name", "letter".into()), ("stamps", Dynamic::set(motifs.map(stamp).collect()))])
}

/// How long the answer takes, from the request to the planned state.
async fn plan(
    client: &mut ProviderClient<Channel>,
    prior: &Dynamic,
    config: &Dynamic,
    ty: &Type,
) -> Duration {
    let value = |value| Some(dynamic_value::encode(value, ty).expect("it is of the type"));
    let request = Request {
        type_name: PARCEL.into(),
        prior_state: value(prior),
        proposed_new_state: value(config),
        config: value(config),
        ..Request::default()
    };
    let started = Instant::now();
    let answer = client.plan_resource_change(request).await;
    let took = started.elapsed();
    let Response { planned_state, diagnostics, .. } = answer.expect("the provider plans").into_inner();
    assert!(diagnostics.is_empty() && planned_state.is_some(), "{diagnostics:?}");
    took
}

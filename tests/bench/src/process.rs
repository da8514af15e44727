//! The provider as a process: its start, its schema, its memory.

use std::path::Path;
use std::time::Instant;

use acceptance::Plugin;
use prost::Message;
use tfplugin6::v6::get_provider_schema::Request;
use tokio::runtime::Builder;

use crate::megabytes;
use crate::statistics::{median, milliseconds};
use crate::table::Table;

/// Enough that one disturbance does not count.
const STARTS: usize = 20;

pub(crate) fn measure(provider: &Path, table: &mut Table) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime needs nothing");
    let (mut starts, mut connects, mut schemas, mut again) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut memory, mut bytes, mut types) = (Vec::new(), 0, 0);
    runtime.block_on(async {
        for _ in 0..STARTS {
            let plugin = Plugin::start(provider).await;
            starts.push(plugin.start);
            let started = Instant::now();
            let mut client = plugin.connect().await;
            connects.push(started.elapsed());
            for times in [&mut schemas, &mut again] {
                let started = Instant::now();
                let answer = client.get_provider_schema(Request::default()).await;
                let schema = answer.expect("the provider has a schema").into_inner();
                times.push(started.elapsed());
                bytes = schema.encoded_len();
                types = schema.resource_schemas.len() + schema.data_source_schemas.len();
            }
            memory.extend(plugin.resident_bytes());
        }
    });
    let command = format!("the provider started {STARTS} times as Terraform does; median");
    table.row(["start to handshake line", &milliseconds(median(starts)), "<= 10 ms", &command]);
    table.row(["mutual TLS connection", &milliseconds(median(connects)), "", "one connection each"]);
    let size = format!("{:.1} kB", bytes as f64 / 1000.0);
    table.row([&format!("schema of {types} types"), &size, "<= 2 MB", "GetProviderSchema"]);
    table.row(["schema, first time", &milliseconds(median(schemas)), "<= 15 ms", "GetProviderSchema"]);
    table.row(["schema, second time", &milliseconds(median(again)), "", "GetProviderSchema again"]);
    if !memory.is_empty() {
        table.row([
            "memory when idle, after schema",
            &megabytes(median(memory)),
            "<= 25 MB",
            "VmRSS in /proc/PID/status",
        ]);
    }
}

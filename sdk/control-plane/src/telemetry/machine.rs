//! What the machine does: memory and processors, looked at when someone asks.

use std::sync::{Mutex, PoisonError, atomic::AtomicU64};

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::telemetry::labels::Core;

#[derive(Debug)]
pub(super) struct Machine {
    system: Mutex<System>,
    memory: Gauge,
    processors: Family<Core, Gauge<f64, AtomicU64>>,
    tasks: Gauge,
}

impl Machine {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let processors = CpuRefreshKind::nothing().with_cpu_usage();
        let memory = MemoryRefreshKind::nothing().with_ram();
        let kind = RefreshKind::nothing().with_cpu(processors).with_memory(memory);
        let machine = Self {
            system: Mutex::new(System::new_with_specifics(kind)),
            memory: Gauge::default(),
            processors: Family::default(),
            tasks: Gauge::default(),
        };
        registry.register_with_unit(
            "sparki_system_memory",
            "Memory of the machine in use",
            Unit::Bytes,
            machine.memory.clone(),
        );
        registry.register(
            "sparki_system_cpu_usage",
            "Share of each core in use since the last look, in percent",
            machine.processors.clone(),
        );
        registry.register(
            "process_goroutines_count",
            "Tasks alive in this process: what goroutines are to Sparki's services in Go",
            machine.tasks.clone(),
        );
        machine
    }

    /// Brings the gauges up to date.
    pub(super) fn look(&self) {
        let mut system = self.system.lock().unwrap_or_else(PoisonError::into_inner);
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        system.refresh_cpu_usage();
        self.memory.set(i64::try_from(system.used_memory()).unwrap_or(i64::MAX));
        for (core, processor) in (0..).zip(system.cpus()) {
            self.processors.get_or_create(&Core { core }).set(f64::from(processor.cpu_usage()));
        }
        let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        self.tasks.set(i64::try_from(tasks).unwrap_or(i64::MAX));
    }
}

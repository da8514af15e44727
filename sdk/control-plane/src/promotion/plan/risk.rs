//! How careful one should be. Pure.

use crate::{
    delivery::{environment::Tier, platform::Strategy},
    promotion::{
        direction::Direction,
        plan::{
            facts::Facts,
            model::{GateState, Level, PlannedWave, Risk},
        },
    },
};

/// Weighs what is planned: what cannot be undone is a high risk, what is usually watched and is not is a medium one.
pub(super) fn weigh(facts: &Facts, waves: &[PlannedWave], gates: &[GateState]) -> Risk {
    let mut found: Vec<(Level, String)> = Vec::new();
    let mut note = |level, reason: &str| found.push((level, reason.to_owned()));
    if facts.to.irreversible_migrations && facts.direction == Direction::Promote {
        note(Level::High, "The release migrates data for good: there is no way back.");
    }
    if facts.from.is_none() {
        note(Level::Medium, "Nothing was deployed before, so there is nothing to go back to.");
    }
    let is_production = facts.tier == Tier::Production;
    if is_production && gates.iter().all(|gate| gate.gate_id.is_none()) {
        note(Level::Medium, "There are no gates in front of production.");
    }
    let targets = || waves.iter().flat_map(|wave| &wave.targets);
    if is_production && targets().any(|target| target.strategy == Strategy::Direct) {
        note(Level::Medium, "A deployment target is replaced all at once.");
    }
    if is_production && waves.len() == 1 && targets().count() > 1 {
        note(Level::Medium, "All deployment targets are in one wave.");
    }
    let level = found.iter().map(|(level, _)| *level).max().unwrap_or(Level::Low);
    Risk { level, reasons: found.into_iter().map(|(_, reason)| reason).collect() }
}

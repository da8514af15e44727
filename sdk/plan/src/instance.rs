//! Plans one object.

use std::collections::BTreeSet;

use sparki_core::{Deferral, Diagnostics, Dynamic, ErasedDraft, ErasedResource, Inherited, Path, Private};

use crate::blocks::present;
use crate::merge::{Computed, merge_object};
use crate::replace::replacements;

/// What apply will do to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Make it.
    Create,
    /// Change it in place.
    Update,
    /// Remove it and make a new one.
    Replace,
    /// Remove it.
    Delete,
}

/// What apply will do to one object, and why.
#[derive(Clone, Debug)]
pub struct InstancePlan {
    /// What will be done.
    pub action: Action,
    /// The object afterwards; null when it is removed.
    pub planned: Dynamic,
    /// The attributes whose change needs a new remote object.
    pub requires_replace: Vec<Path>,
    /// Messages for the practitioner. With errors among them the plan must not be carried out.
    pub diagnostics: Diagnostics,
    /// Why the change should be put off until more is known, where the host can do that.
    pub deferral: Option<Deferral>,
}

/// What there is to know of an object besides its configuration and its state.
#[derive(Clone, Copy)]
pub struct Besides<'a> {
    /// What is remembered. The resource's own rules may read it and add to it, and what is in it afterwards belongs to the plan.
    pub private: &'a Private,
    /// What it inherits from how the provider is set up.
    pub inherited: &'a Inherited,
}

/// Plans one object. `config` is null when it is to be removed, `prior` when it does not exist yet.
///
/// The planned object of a replacement is the one after an update in place, as Terraform wants it: it plans a second
/// time without prior state to learn what the new object looks like.
///
/// Nothing is known of what the object inherits; where it is, use [`plan_knowing`].
#[must_use]
pub fn plan_instance(resource: &dyn ErasedResource, config: &Dynamic, prior: &Dynamic) -> InstancePlan {
    let besides = Besides { private: &Private::default(), inherited: &Inherited::new() };
    plan_knowing(resource, config, prior, besides)
}

/// Plans one object as [`plan_instance`] does, with what there is to know besides.
#[must_use]
pub fn plan_knowing(
    resource: &dyn ErasedResource,
    config: &Dynamic,
    prior: &Dynamic,
    Besides { private, inherited }: Besides<'_>,
) -> InstancePlan {
    if config.is_null() {
        let diagnostics = if prior.is_null() { Diagnostics::new() } else { resource.plan_destroy(prior) };
        let action = if prior.is_null() { Action::NoOp } else { Action::Delete };
        return InstancePlan {
            action,
            planned: Dynamic::Null,
            requires_replace: Vec::new(),
            diagnostics,
            deferral: None,
        };
    }
    let schema = &resource.schema().object;
    let (config, prior) = (&*present(schema, config), &*present(schema, prior));
    let (mut replace, mut deferral) = (Vec::new(), None);
    let mut propose = |computed| {
        let mut planned = merge_object(schema, config, prior, computed);
        replace.clear();
        // What an earlier proposal remembered went with it.
        let fork = private.fork();
        let prior = (!prior.is_null()).then_some(prior);
        let draft = ErasedDraft {
            config,
            prior,
            planned: &mut planned,
            replace: &mut replace,
            private: &fork,
            inherited,
            deferral: &mut deferral,
        };
        let diagnostics = resource.plan(draft);
        (planned, diagnostics, fork)
    };
    // Computed values may change only if something else does, and the resource itself has a say in that.
    let first = if prior.is_null() { Computed::MayChange } else { Computed::Stay };
    let (mut planned, mut diagnostics, mut remembered) = propose(first);
    if first == Computed::Stay && planned != *prior {
        (planned, diagnostics, remembered) = propose(Computed::MayChange);
    }
    private.join(remembered);
    // Apply knows everything, and may not put off what plan has not.
    let deferral = deferral.filter(|_| !config.is_wholly_known());
    if prior.is_null() {
        let (action, requires_replace) = (Action::Create, Vec::new());
        return InstancePlan { action, planned, requires_replace, diagnostics, deferral };
    }
    // Terraform counts only what changes as a reason, so that is what is shown.
    let asked_for = replace.iter().map(Path::addressable);
    let mut replace: Vec<_> = asked_for.filter(|path| prior.at(path) != planned.at(path)).collect();
    replacements(schema, config, prior, &planned, &Path::root(), &mut replace);
    let mut seen = BTreeSet::new();
    replace.retain(|path| seen.insert(path.clone()));
    let action = match (planned == *prior, replace.is_empty()) {
        (true, _) => Action::NoOp,
        (false, true) => Action::Update,
        (false, false) => Action::Replace,
    };
    if action == Action::Replace {
        // The old object is removed, so what forbids its removal forbids this.
        diagnostics.extend(resource.plan_destroy(prior));
    }
    InstancePlan { action, planned, requires_replace: replace, diagnostics, deferral }
}

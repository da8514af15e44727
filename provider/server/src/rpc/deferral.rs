//! Putting off what cannot be done yet, where the host can.

use sparki_core::Deferral;
use tfplugin6::v6::deferred::Reason;
use tfplugin6::v6::{ClientCapabilities, Deferred};

/// Whether the host can put something off in this call.
pub(crate) fn is_allowed(host: Option<&ClientCapabilities>) -> bool {
    host.is_some_and(|host| host.deferral_allowed)
}

/// The answer that something is put off.
pub(crate) fn encode(reason: Deferral) -> Deferred {
    let reason = match reason {
        Deferral::ConfigUnknown => Reason::ResourceConfigUnknown,
        Deferral::ProviderUnknown => Reason::ProviderConfigUnknown,
        Deferral::AbsentPrerequisite => Reason::AbsentPrereq,
    };
    Deferred { reason: reason.into() }
}

//! Addresses of service accounts, which have no mailbox: they only tell people who did something.

/// The domain of all of them, which RFC 2606 keeps from ever being there.
pub(super) const DOMAIN: &str = "service-accounts.invalid";

/// Whether an address is that of a service account.
pub(crate) fn is_service_account(email: &str) -> bool {
    email.rsplit_once('@').is_some_and(|(_, domain)| domain == DOMAIN)
}

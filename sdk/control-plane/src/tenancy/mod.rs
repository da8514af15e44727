//! Who owns what.

pub(crate) mod api_token;
pub(crate) mod oidc_trust;
pub(crate) mod owner;
pub(crate) mod role;
pub(crate) mod role_binding;
pub(crate) mod service_account;
pub(crate) mod sso_connection;
pub(crate) mod team;
pub(crate) mod team_membership;
pub(crate) mod workspace;
pub(crate) mod workspace_member;

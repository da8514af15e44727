//! Parameters of PostgreSQL that groups know.

/// A parameter that groups know.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) default: Option<&'static str>,
    pub(super) apply: Apply,
    pub(super) data_type: &'static str,
}

/// When a change of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apply {
    /// At once.
    Dynamic,
    /// When the database has been started anew.
    Static,
}

impl Apply {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Static => "static",
        }
    }
}

const fn parameter(
    name: &'static str,
    default: Option<&'static str>,
    apply: Apply,
    data_type: &'static str,
) -> Parameter {
    Parameter { name, default, apply, data_type }
}

/// Names, kinds and defaults are PostgreSQL's and RDS's; there are hundreds more.
pub(super) const CATALOG: [Parameter; 14] = [
    parameter("autovacuum", Some("1"), Apply::Dynamic, "boolean"),
    parameter("default_transaction_read_only", None, Apply::Dynamic, "boolean"),
    parameter("effective_cache_size", Some("{DBInstanceClassMemory/16384}"), Apply::Dynamic, "integer"),
    parameter("idle_in_transaction_session_timeout", Some("86400000"), Apply::Dynamic, "integer"),
    parameter("log_min_duration_statement", None, Apply::Dynamic, "integer"),
    parameter("log_statement", None, Apply::Dynamic, "string"),
    parameter(
        "maintenance_work_mem",
        Some("GREATEST({DBInstanceClassMemory/63963136*1024},65536)"),
        Apply::Dynamic,
        "integer",
    ),
    parameter(
        "max_connections",
        Some("LEAST({DBInstanceClassMemory/9531392},5000)"),
        Apply::Static,
        "integer",
    ),
    parameter("rds.force_ssl", Some("1"), Apply::Dynamic, "boolean"),
    parameter("rds.logical_replication", Some("0"), Apply::Static, "boolean"),
    parameter("shared_buffers", Some("{DBInstanceClassMemory/32768}"), Apply::Static, "integer"),
    parameter("shared_preload_libraries", Some("pg_stat_statements"), Apply::Static, "list"),
    parameter("statement_timeout", None, Apply::Dynamic, "integer"),
    parameter("work_mem", None, Apply::Dynamic, "integer"),
];

pub(super) fn known(name: &str) -> Option<&'static Parameter> {
    CATALOG.iter().find(|it| it.name == name)
}

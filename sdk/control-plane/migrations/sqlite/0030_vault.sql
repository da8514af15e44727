-- Keys of the control plane's own, each sealed by a master key that is not in the database.
CREATE TABLE vault_keys (
    id TEXT PRIMARY KEY,
    sealed BLOB,
    sealed_by TEXT,
    created_at TEXT NOT NULL
);

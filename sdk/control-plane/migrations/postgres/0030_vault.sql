-- Keys of the control plane's own, each sealed by a master key that is not in the database.
CREATE TABLE vault_keys (
    id TEXT COLLATE "C" PRIMARY KEY,
    sealed BYTEA,
    sealed_by TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL
);

CREATE TABLE environment_gates (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (environment_id, name)
);
CREATE INDEX idx_environment_gates_environment ON environment_gates (environment_id, created_at, id);
CREATE INDEX idx_environment_gates_page ON environment_gates (created_at, id);
CREATE INDEX idx_environment_gates_workspace ON environment_gates (workspace_id);

-- What was found when somebody compared an environment with what it should be.
CREATE TABLE drift_reports (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL
);
CREATE INDEX idx_drift_reports_environment ON drift_reports (environment_id, created_at, id);
CREATE INDEX idx_drift_reports_page ON drift_reports (created_at, id);
CREATE INDEX idx_drift_reports_workspace ON drift_reports (workspace_id);

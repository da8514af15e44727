CREATE TABLE environment_gates (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (environment_id, name)
);
CREATE INDEX idx_environment_gates_environment ON environment_gates (environment_id, created_at, id);
CREATE INDEX idx_environment_gates_page ON environment_gates (created_at, id);
CREATE INDEX idx_environment_gates_workspace ON environment_gates (workspace_id);

-- What was found when somebody compared an environment with what it should be.
CREATE TABLE drift_reports (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED
);
CREATE INDEX idx_drift_reports_environment ON drift_reports (environment_id, created_at, id);
CREATE INDEX idx_drift_reports_page ON drift_reports (created_at, id);
CREATE INDEX idx_drift_reports_workspace ON drift_reports (workspace_id);

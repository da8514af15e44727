CREATE TABLE promotion_flows (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    project_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.project_id')) VIRTUAL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_promotion_flows_page ON promotion_flows (created_at, id);
CREATE INDEX idx_promotion_flows_workspace ON promotion_flows (workspace_id);

CREATE TABLE freeze_windows (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_freeze_windows_page ON freeze_windows (created_at, id);
CREATE INDEX idx_freeze_windows_workspace ON freeze_windows (workspace_id);

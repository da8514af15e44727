CREATE TABLE promotion_flows (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    project_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{project_id}') STORED,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_promotion_flows_page ON promotion_flows (created_at, id);
CREATE INDEX idx_promotion_flows_workspace ON promotion_flows (workspace_id);

CREATE TABLE freeze_windows (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_freeze_windows_page ON freeze_windows (created_at, id);
CREATE INDEX idx_freeze_windows_workspace ON freeze_windows (workspace_id);

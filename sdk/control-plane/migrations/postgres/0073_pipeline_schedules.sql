-- `turn` grows with every change of the times; only the newest job of a schedule does anything.
CREATE TABLE pipeline_schedules (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    pipeline_id TEXT COLLATE "C" NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    turn BIGINT NOT NULL DEFAULT 0,
    UNIQUE (pipeline_id, name)
);
CREATE INDEX idx_pipeline_schedules_page ON pipeline_schedules (created_at, id);
CREATE INDEX idx_pipeline_schedules_workspace ON pipeline_schedules (workspace_id);

-- `turn` grows with every change of the times; only the newest job of a schedule does anything.
CREATE TABLE pipeline_schedules (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    turn INTEGER NOT NULL DEFAULT 0,
    UNIQUE (pipeline_id, name)
);
CREATE INDEX idx_pipeline_schedules_page ON pipeline_schedules (created_at, id);
CREATE INDEX idx_pipeline_schedules_workspace ON pipeline_schedules (workspace_id);

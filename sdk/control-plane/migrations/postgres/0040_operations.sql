-- Work that goes on after it was asked for. Whoever does the work reports here.
CREATE TABLE operations (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    kind TEXT GENERATED ALWAYS AS (document::jsonb #>> '{kind}') STORED,
    resource_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{resource_id}') STORED,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED
);
CREATE INDEX idx_operations_workspace ON operations (workspace_id, created_at, id);
CREATE INDEX idx_operations_resource ON operations (resource_id);

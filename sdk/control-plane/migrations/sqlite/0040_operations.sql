-- Work that goes on after it was asked for. Whoever does the work reports here.
CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    kind TEXT GENERATED ALWAYS AS (json_extract(document, '$.kind')) VIRTUAL,
    resource_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.resource_id')) VIRTUAL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL
);
CREATE INDEX idx_operations_workspace ON operations (workspace_id, created_at, id);
CREATE INDEX idx_operations_resource ON operations (resource_id);

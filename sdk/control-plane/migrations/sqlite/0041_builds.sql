CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    project_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.project_id')) VIRTUAL,
    commit_sha TEXT GENERATED ALWAYS AS (json_extract(document, '$.commit_sha')) VIRTUAL,
    branch TEXT GENERATED ALWAYS AS (json_extract(document, '$.branch')) VIRTUAL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL,
    started_at TEXT GENERATED ALWAYS AS (json_extract(document, '$.started_at')) VIRTUAL,
    completed_at TEXT GENERATED ALWAYS AS (json_extract(document, '$.completed_at')) VIRTUAL
);
CREATE INDEX idx_builds_pipeline ON builds (pipeline_id, created_at, id);
CREATE INDEX idx_builds_project ON builds (project_id, created_at, id);
CREATE INDEX idx_builds_page ON builds (created_at, id);
CREATE INDEX idx_builds_workspace ON builds (workspace_id);

-- What a build has said, line by line.
CREATE TABLE build_logs (
    subject_id TEXT NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (subject_id, seq)
);

CREATE TABLE builds (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    pipeline_id TEXT COLLATE "C" NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    project_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{project_id}') STORED,
    commit_sha TEXT GENERATED ALWAYS AS (document::jsonb #>> '{commit_sha}') STORED,
    branch TEXT GENERATED ALWAYS AS (document::jsonb #>> '{branch}') STORED,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED,
    started_at TEXT GENERATED ALWAYS AS (document::jsonb #>> '{started_at}') STORED,
    completed_at TEXT GENERATED ALWAYS AS (document::jsonb #>> '{completed_at}') STORED
);
CREATE INDEX idx_builds_pipeline ON builds (pipeline_id, created_at, id);
CREATE INDEX idx_builds_project ON builds (project_id, created_at, id);
CREATE INDEX idx_builds_page ON builds (created_at, id);
CREATE INDEX idx_builds_workspace ON builds (workspace_id);

-- What a build has said, line by line.
CREATE TABLE build_logs (
    subject_id TEXT COLLATE "C" NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (subject_id, seq)
);

CREATE TABLE deployments (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- The deployment targets as they were when the deployment was asked for.
    targets TEXT NOT NULL DEFAULT '[]',
    release_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.release_id')) VIRTUAL,
    build_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.build_id')) VIRTUAL,
    commit_sha TEXT GENERATED ALWAYS AS (json_extract(document, '$.subject.commit_sha')) VIRTUAL,
    rollback_of TEXT GENERATED ALWAYS AS (json_extract(document, '$.rollback_of')) VIRTUAL,
    status TEXT GENERATED ALWAYS AS (json_extract(document, '$.status')) VIRTUAL,
    health TEXT GENERATED ALWAYS AS (json_extract(document, '$.health')) VIRTUAL,
    started_at TEXT GENERATED ALWAYS AS (json_extract(document, '$.started_at')) VIRTUAL,
    completed_at TEXT GENERATED ALWAYS AS (json_extract(document, '$.completed_at')) VIRTUAL
);
CREATE INDEX idx_deployments_environment ON deployments (environment_id, created_at, id);
CREATE INDEX idx_deployments_build ON deployments (build_id);
CREATE INDEX idx_deployments_release ON deployments (release_id);
CREATE INDEX idx_deployments_page ON deployments (created_at, id);
CREATE INDEX idx_deployments_workspace ON deployments (workspace_id);

-- What a deployment has said, line by line.
CREATE TABLE deployment_logs (
    subject_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (subject_id, seq)
);

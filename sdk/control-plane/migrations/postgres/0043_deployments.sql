CREATE TABLE deployments (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    -- The deployment targets as they were when the deployment was asked for.
    targets TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    release_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{release_id}') STORED,
    build_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{build_id}') STORED,
    commit_sha TEXT GENERATED ALWAYS AS (document::jsonb #>> '{subject,commit_sha}') STORED,
    rollback_of TEXT GENERATED ALWAYS AS (document::jsonb #>> '{rollback_of}') STORED,
    status TEXT GENERATED ALWAYS AS (document::jsonb #>> '{status}') STORED,
    health TEXT GENERATED ALWAYS AS (document::jsonb #>> '{health}') STORED,
    started_at TEXT GENERATED ALWAYS AS (document::jsonb #>> '{started_at}') STORED,
    completed_at TEXT GENERATED ALWAYS AS (document::jsonb #>> '{completed_at}') STORED
);
CREATE INDEX idx_deployments_environment ON deployments (environment_id, created_at, id);
CREATE INDEX idx_deployments_build ON deployments (build_id);
CREATE INDEX idx_deployments_release ON deployments (release_id);
CREATE INDEX idx_deployments_page ON deployments (created_at, id);
CREATE INDEX idx_deployments_workspace ON deployments (workspace_id);

-- What a deployment has said, line by line.
CREATE TABLE deployment_logs (
    subject_id TEXT COLLATE "C" NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (subject_id, seq)
);

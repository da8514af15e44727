-- `version_name` is the release's own version; `version` counts the changes of the object, as in every table.
CREATE TABLE releases (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    version_name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    build_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{build_id}') STORED,
    commit_sha TEXT GENERATED ALWAYS AS (document::jsonb #>> '{commit_sha}') STORED,
    digest TEXT GENERATED ALWAYS AS (document::jsonb #>> '{digest}') STORED,
    UNIQUE (project_id, version_name)
);
CREATE INDEX idx_releases_project ON releases (project_id, created_at, id);
CREATE INDEX idx_releases_page ON releases (created_at, id);
CREATE INDEX idx_releases_workspace ON releases (workspace_id);

CREATE TABLE release_blocks (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    release_id TEXT COLLATE "C" NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    environment_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{environment_id}') STORED
);
CREATE INDEX idx_release_blocks_release ON release_blocks (release_id, created_at, id);
CREATE INDEX idx_release_blocks_page ON release_blocks (created_at, id);
CREATE INDEX idx_release_blocks_workspace ON release_blocks (workspace_id);

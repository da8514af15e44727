-- `version_name` is the release's own version; `version` counts the changes of the object, as in every table.
CREATE TABLE releases (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    version_name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    build_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.build_id')) VIRTUAL,
    commit_sha TEXT GENERATED ALWAYS AS (json_extract(document, '$.commit_sha')) VIRTUAL,
    digest TEXT GENERATED ALWAYS AS (json_extract(document, '$.digest')) VIRTUAL,
    UNIQUE (project_id, version_name)
);
CREATE INDEX idx_releases_project ON releases (project_id, created_at, id);
CREATE INDEX idx_releases_page ON releases (created_at, id);
CREATE INDEX idx_releases_workspace ON releases (workspace_id);

CREATE TABLE release_blocks (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    environment_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.environment_id')) VIRTUAL
);
CREATE INDEX idx_release_blocks_release ON release_blocks (release_id, created_at, id);
CREATE INDEX idx_release_blocks_page ON release_blocks (created_at, id);
CREATE INDEX idx_release_blocks_workspace ON release_blocks (workspace_id);

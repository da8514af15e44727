CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    slug TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    name TEXT GENERATED ALWAYS AS (json_extract(document, '$.name')) VIRTUAL,
    git_url TEXT GENERATED ALWAYS AS (json_extract(document, '$.git_url')) VIRTUAL,
    framework TEXT GENERATED ALWAYS AS (json_extract(document, '$.framework')) VIRTUAL,
    language TEXT GENERATED ALWAYS AS (json_extract(document, '$.language')) VIRTUAL
);
CREATE INDEX idx_projects_workspace ON projects (workspace_id, created_at, id);
CREATE INDEX idx_projects_page ON projects (created_at, id);
-- An archived project gives its slug back.
CREATE UNIQUE INDEX idx_projects_slug ON projects (workspace_id, slug) WHERE archived_at IS NULL;

CREATE TABLE pipelines (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    configuration TEXT GENERATED ALWAYS AS (json_extract(document, '$.configuration')) VIRTUAL,
    UNIQUE (project_id, name)
);
CREATE INDEX idx_pipelines_project ON pipelines (project_id, created_at, id);
CREATE INDEX idx_pipelines_page ON pipelines (created_at, id);
CREATE INDEX idx_pipelines_workspace ON pipelines (workspace_id);

CREATE TABLE environments (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    name TEXT GENERATED ALWAYS AS (json_extract(document, '$.name')) VIRTUAL,
    UNIQUE (project_id, slug)
);
CREATE INDEX idx_environments_project ON environments (project_id, created_at, id);
CREATE INDEX idx_environments_page ON environments (created_at, id);
CREATE INDEX idx_environments_workspace ON environments (workspace_id);

CREATE TABLE deployment_targets (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    environment_id TEXT NOT NULL REFERENCES environments (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    platform TEXT GENERATED ALWAYS AS (json_extract(document, '$.platform')) VIRTUAL,
    strategy TEXT GENERATED ALWAYS AS (json_extract(document, '$.strategy.type')) VIRTUAL,
    UNIQUE (environment_id, name)
);
CREATE INDEX idx_deployment_targets_environment ON deployment_targets (environment_id, created_at, id);
CREATE INDEX idx_deployment_targets_page ON deployment_targets (created_at, id);
CREATE INDEX idx_deployment_targets_workspace ON deployment_targets (workspace_id);

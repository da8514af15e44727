CREATE TABLE projects (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    slug TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    name TEXT GENERATED ALWAYS AS (document::jsonb #>> '{name}') STORED,
    git_url TEXT GENERATED ALWAYS AS (document::jsonb #>> '{git_url}') STORED,
    framework TEXT GENERATED ALWAYS AS (document::jsonb #>> '{framework}') STORED,
    language TEXT GENERATED ALWAYS AS (document::jsonb #>> '{language}') STORED
);
CREATE INDEX idx_projects_workspace ON projects (workspace_id, created_at, id);
CREATE INDEX idx_projects_page ON projects (created_at, id);
-- An archived project gives its slug back.
CREATE UNIQUE INDEX idx_projects_slug ON projects (workspace_id, slug) WHERE archived_at IS NULL;

CREATE TABLE pipelines (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    configuration JSONB GENERATED ALWAYS AS (document::jsonb -> 'configuration') STORED,
    UNIQUE (project_id, name)
);
CREATE INDEX idx_pipelines_project ON pipelines (project_id, created_at, id);
CREATE INDEX idx_pipelines_page ON pipelines (created_at, id);
CREATE INDEX idx_pipelines_workspace ON pipelines (workspace_id);

CREATE TABLE environments (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    slug TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    name TEXT GENERATED ALWAYS AS (document::jsonb #>> '{name}') STORED,
    UNIQUE (project_id, slug)
);
CREATE INDEX idx_environments_project ON environments (project_id, created_at, id);
CREATE INDEX idx_environments_page ON environments (created_at, id);
CREATE INDEX idx_environments_workspace ON environments (workspace_id);

CREATE TABLE deployment_targets (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    environment_id TEXT COLLATE "C" NOT NULL REFERENCES environments (id),
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    platform TEXT GENERATED ALWAYS AS (document::jsonb #>> '{platform}') STORED,
    strategy TEXT GENERATED ALWAYS AS (document::jsonb #>> '{strategy,type}') STORED,
    UNIQUE (environment_id, name)
);
CREATE INDEX idx_deployment_targets_environment ON deployment_targets (environment_id, created_at, id);
CREATE INDEX idx_deployment_targets_page ON deployment_targets (created_at, id);
CREATE INDEX idx_deployment_targets_workspace ON deployment_targets (workspace_id);

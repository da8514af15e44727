-- API keys that are objects of a workspace. The key itself, as a hash, is a line of `api_keys`.
CREATE TABLE api_tokens (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    principal_id TEXT GENERATED ALWAYS AS (document::jsonb #>> '{principal,id}') STORED,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_api_tokens_workspace ON api_tokens (workspace_id, created_at, id);
CREATE INDEX idx_api_tokens_page ON api_tokens (created_at, id);
CREATE INDEX idx_api_tokens_principal ON api_tokens (principal_id);
ALTER TABLE api_keys ADD COLUMN api_token_id TEXT COLLATE "C" REFERENCES api_tokens (id) ON DELETE CASCADE;
CREATE INDEX idx_api_keys_token ON api_keys (api_token_id);

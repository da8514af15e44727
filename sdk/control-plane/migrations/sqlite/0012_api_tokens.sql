-- API keys that are objects of a workspace. The key itself, as a hash, is a line of `api_keys`.
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    principal_id TEXT GENERATED ALWAYS AS (json_extract(document, '$.principal.id')) VIRTUAL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX idx_api_tokens_workspace ON api_tokens (workspace_id, created_at, id);
CREATE INDEX idx_api_tokens_page ON api_tokens (created_at, id);
CREATE INDEX idx_api_tokens_principal ON api_tokens (principal_id);
ALTER TABLE api_keys ADD COLUMN api_token_id TEXT REFERENCES api_tokens (id) ON DELETE CASCADE;
CREATE INDEX idx_api_keys_token ON api_keys (api_token_id);

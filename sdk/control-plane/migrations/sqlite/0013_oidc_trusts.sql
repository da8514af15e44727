-- Whose word is taken for a service account, and for which of the tokens that they give.
CREATE TABLE oidc_trusts (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    service_account_id TEXT NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    archived_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    issuer TEXT GENERATED ALWAYS AS (json_extract(document, '$.issuer')) VIRTUAL,
    UNIQUE (service_account_id, name)
);
CREATE INDEX idx_oidc_trusts_account ON oidc_trusts (service_account_id, created_at, id);
CREATE INDEX idx_oidc_trusts_page ON oidc_trusts (created_at, id);
CREATE INDEX idx_oidc_trusts_workspace ON oidc_trusts (workspace_id);

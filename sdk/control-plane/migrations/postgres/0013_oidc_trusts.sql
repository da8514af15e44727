-- Whose word is taken for a service account, and for which of the tokens that they give.
CREATE TABLE oidc_trusts (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    service_account_id TEXT COLLATE "C" NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    archived_at TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    issuer TEXT GENERATED ALWAYS AS (document::jsonb #>> '{issuer}') STORED,
    UNIQUE (service_account_id, name)
);
CREATE INDEX idx_oidc_trusts_account ON oidc_trusts (service_account_id, created_at, id);
CREATE INDEX idx_oidc_trusts_page ON oidc_trusts (created_at, id);
CREATE INDEX idx_oidc_trusts_workspace ON oidc_trusts (workspace_id);

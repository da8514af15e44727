-- Append-only: each row carries the hash of the one before it. No foreign keys, because a row outlives
-- everything it names. `seq` is also the revision a mutation answers with.
CREATE TABLE audit_logs (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id TEXT COLLATE "C",
    actor TEXT COLLATE "C",
    workspace_id TEXT COLLATE "C",
    event_type TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C",
    resource_version BIGINT,
    action TEXT COLLATE "C" NOT NULL,
    result TEXT COLLATE "C" NOT NULL,
    ip_address TEXT COLLATE "C",
    user_agent TEXT COLLATE "C",
    correlation_id TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    previous_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
CREATE INDEX idx_audit_logs_workspace ON audit_logs (workspace_id, seq);
CREATE INDEX idx_audit_logs_timestamp ON audit_logs (created_at);
CREATE INDEX idx_audit_logs_resource ON audit_logs (resource_id, seq);

CREATE FUNCTION audit_logs_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_logs_no_change BEFORE UPDATE OR DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION audit_logs_append_only();
CREATE TRIGGER audit_logs_no_truncate BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION audit_logs_append_only();

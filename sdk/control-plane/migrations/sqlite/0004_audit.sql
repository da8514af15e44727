-- Append-only: each row carries the hash of the one before it. No foreign keys, because a row outlives
-- everything it names. `seq` is also the revision a mutation answers with.
CREATE TABLE audit_logs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT,
    actor TEXT,
    workspace_id TEXT,
    event_type TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT,
    resource_version INTEGER,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    correlation_id TEXT NOT NULL,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX idx_audit_logs_workspace ON audit_logs (workspace_id, seq);
CREATE INDEX idx_audit_logs_timestamp ON audit_logs (created_at);
CREATE INDEX idx_audit_logs_resource ON audit_logs (resource_id, seq);

CREATE TRIGGER audit_logs_no_update BEFORE UPDATE ON audit_logs
BEGIN
    SELECT RAISE (ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_logs_no_delete BEFORE DELETE ON audit_logs
BEGIN
    SELECT RAISE (ABORT, 'the audit log is append-only');
END;

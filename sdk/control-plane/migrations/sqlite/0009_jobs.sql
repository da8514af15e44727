-- Work that is done after a request was answered. A server claims a job for a while and does it; if it dies, the claim
-- runs out and another server takes the job over.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_by TEXT,
    last_error TEXT,
    correlation_id TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX idx_jobs_due ON jobs (due_at, id);

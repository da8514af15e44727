-- Work that is done after a request was answered. A server claims a job for a while and does it; if it dies, the claim
-- runs out and another server takes the job over.
CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    due_at TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by TEXT COLLATE "C",
    last_error TEXT COLLATE "C",
    correlation_id TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX idx_jobs_due ON jobs (due_at, id);

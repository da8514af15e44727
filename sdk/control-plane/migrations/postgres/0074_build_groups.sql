-- Builds of one group of a project exclude each other.
ALTER TABLE builds ADD COLUMN concurrency_group TEXT GENERATED ALWAYS AS (document::jsonb #>> '{concurrency_group}') STORED;
CREATE INDEX idx_builds_group ON builds (project_id, concurrency_group, status);

-- What retention asks of builds, and of what was made of them.
CREATE INDEX idx_releases_build ON releases (build_id);
CREATE INDEX idx_releases_commit ON releases (project_id, commit_sha);
CREATE INDEX idx_builds_branch ON builds (project_id, COALESCE(branch, ''), created_at, id);

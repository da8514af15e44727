-- What calls of deployment targets and of gates are signed with is sealed beside the document.
ALTER TABLE deployment_targets ADD COLUMN sealed BLOB;
ALTER TABLE deployment_targets ADD COLUMN sealed_by TEXT;
CREATE INDEX idx_deployment_targets_sealed_by ON deployment_targets (sealed_by);
ALTER TABLE environment_gates ADD COLUMN sealed BLOB;
ALTER TABLE environment_gates ADD COLUMN sealed_by TEXT;
CREATE INDEX idx_environment_gates_sealed_by ON environment_gates (sealed_by);

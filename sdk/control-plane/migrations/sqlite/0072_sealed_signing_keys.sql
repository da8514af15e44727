-- The private keys of access tokens are sealed; those that are here in plain are taken over by the next server that starts.
CREATE TABLE sealed_signing_keys (
    id TEXT PRIMARY KEY,
    private_key_pem TEXT,
    modulus TEXT NOT NULL,
    exponent TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sealed BLOB,
    sealed_by TEXT
);
INSERT INTO sealed_signing_keys (id, private_key_pem, modulus, exponent, created_at)
SELECT id, private_key_pem, modulus, exponent, created_at FROM signing_keys;
DROP TABLE signing_keys;
ALTER TABLE sealed_signing_keys RENAME TO signing_keys;
CREATE INDEX idx_signing_keys_sealed_by ON signing_keys (sealed_by);

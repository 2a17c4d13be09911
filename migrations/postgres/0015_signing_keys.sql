-- The provider's signing keys. Each is published from when it was made, signs from its time on until its successor
-- does, and is removed when nothing that it signed is good any more.
CREATE TABLE oidc_key (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    generation BIGINT NOT NULL,
    data_key UUID NOT NULL REFERENCES data_key (id),
    private_key BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    UNIQUE (kind, generation)
);
COMMENT ON TABLE oidc_key IS 'The provider''s signing keys. Each is published from when it was made, signs from its time on until its successor does, and is removed when nothing that it signed is good any more.';
COMMENT ON COLUMN oidc_key.kind IS 'RSA, P-256, Ed25519';
COMMENT ON COLUMN oidc_key.generation IS 'Counts up within a kind; of nodes that make one at a time one wins.';
COMMENT ON COLUMN oidc_key.data_key IS 'The data key of private_key.';
COMMENT ON COLUMN oidc_key.private_key IS 'Encrypted PKCS#8 PEM.';
COMMENT ON COLUMN oidc_key.made_at IS 'Microseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN oidc_key.signs_from IS 'Microseconds since 1970-01-01 UTC.';

-- The provider's signing keys. Each is published from when it was made, signs from its time on until its successor
-- does, and is removed when nothing that it signed is good any more.
CREATE TABLE oidc_key (
    id BLOB NOT NULL PRIMARY KEY,
    -- RSA, P-256, Ed25519
    kind TEXT NOT NULL,
    -- Counts up within a kind; of nodes that make one at a time one wins.
    generation INTEGER NOT NULL,
    -- The data key of the next column.
    data_key BLOB NOT NULL REFERENCES data_key (id),
    -- Encrypted PKCS#8 PEM.
    private_key BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    signs_from INTEGER NOT NULL,
    UNIQUE (kind, generation)
) STRICT, WITHOUT ROWID;

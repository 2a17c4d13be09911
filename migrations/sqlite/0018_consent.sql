-- What a person agreed that a relying party may know of them.
CREATE TABLE consent (
    person BLOB NOT NULL REFERENCES person (id),
    client_id TEXT NOT NULL REFERENCES client (id),
    -- JSON object: scopes and single claims.
    released TEXT NOT NULL,
    -- When the last of it was agreed to.
    given_at INTEGER NOT NULL,
    PRIMARY KEY (person, client_id)
) STRICT, WITHOUT ROWID;

-- What a person agreed that a relying party may know of them.
CREATE TABLE consent (
    person UUID NOT NULL REFERENCES person (id),
    client_id TEXT NOT NULL REFERENCES client (id),
    released TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (person, client_id)
);
COMMENT ON TABLE consent IS 'What a person agreed that a relying party may know of them.';
COMMENT ON COLUMN consent.released IS 'JSON object: scopes and single claims.';
COMMENT ON COLUMN consent.given_at IS 'When the last of it was agreed to.';

CREATE TABLE card_answer (
    id UUID NOT NULL PRIMARY KEY,
    attempt BYTEA NOT NULL UNIQUE,
    answer BYTEA NOT NULL UNIQUE,
    login_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    certificate BYTEA NOT NULL,
    revocation TEXT NOT NULL,
    identity TEXT,
    received_at BIGINT NOT NULL
);
COMMENT ON TABLE card_answer IS 'A card that was accepted, and the single use of the attempt it answers.';
COMMENT ON COLUMN card_answer.id IS 'Names the entry in events and sessions.';
COMMENT ON COLUMN card_answer.attempt IS 'SHA-256 of the handle that led to the card listener: used once.';
COMMENT ON COLUMN card_answer.answer IS 'SHA-256 of the secret that the browser with the card got to come back with.';
COMMENT ON COLUMN card_answer.issuer IS 'Who issued the card.';
COMMENT ON COLUMN card_answer.certificate IS 'SHA-256 of the certificate.';
COMMENT ON COLUMN card_answer.revocation IS 'How it was found not to be revoked: crl, ocsp, or unchecked.';
COMMENT ON COLUMN card_answer.identity IS 'JSON: who it was, until the login took it.';

CREATE TABLE trust_list (
    address TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    document TEXT NOT NULL,
    fetched_at BIGINT NOT NULL
);
COMMENT ON TABLE trust_list IS 'The last good copy of each trusted list, as it came.';
COMMENT ON COLUMN trust_list.sequence IS 'TSLSequenceNumber: never goes back.';

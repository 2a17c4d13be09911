-- Cards that were shown, and the trusted list of who may issue them.

-- A card that was accepted, and the single use of the attempt it answers.
CREATE TABLE card_answer (
    -- Names the entry in events and sessions.
    id BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 of the handle that led to the card listener: used once.
    attempt BLOB NOT NULL UNIQUE,
    -- SHA-256 of the secret that the browser with the card got to come back with.
    answer BLOB NOT NULL UNIQUE,
    login_id TEXT NOT NULL,
    -- Who issued the card.
    issuer TEXT NOT NULL,
    -- SHA-256 of the certificate.
    certificate BLOB NOT NULL,
    -- How it was found not to be revoked: crl, ocsp, or unchecked.
    revocation TEXT NOT NULL,
    -- JSON: who it was, until the login took it.
    identity TEXT,
    received_at INTEGER NOT NULL
) STRICT;

-- The last good copy of each trusted list, as it came.
CREATE TABLE trust_list (
    address TEXT NOT NULL PRIMARY KEY,
    -- TSLSequenceNumber: never goes back.
    sequence INTEGER NOT NULL,
    document TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;

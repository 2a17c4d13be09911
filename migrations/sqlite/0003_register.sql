-- The transaction register encrypted and sealed, the keys for it, and the duties of officials.
-- Nothing was deployed before this file: the table of the register is made anew.

-- Keys that encrypt columns or sign what is sealed. Each is wrapped by the master key, which is not here.
CREATE TABLE data_key (
    id BLOB NOT NULL PRIMARY KEY,
    -- register, sealing
    purpose TEXT NOT NULL,
    -- Counts up within a purpose; the highest is in use.
    generation INTEGER NOT NULL,
    -- AES-256-GCM: nonce, ciphertext, tag.
    wrapped BLOB NOT NULL,
    -- Name of the master key that wrapped it.
    master_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (purpose, generation)
) STRICT, WITHOUT ROWID;

-- One sealed batch of rows: its header is signed and stays when the rows are purged.
CREATE TABLE seal_segment (
    -- Table of the rows: saml_transaction, security_event
    stream TEXT NOT NULL,
    -- From 1, without gaps.
    number INTEGER NOT NULL,
    -- Hash of the segment before.
    previous BLOB NOT NULL,
    row_count INTEGER NOT NULL,
    -- The oldest and the youngest row.
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    sealed_at INTEGER NOT NULL,
    -- SHA-256 of the manifest.
    root BLOB NOT NULL,
    -- 16 bytes of id and 32 of digest for each row; empty once purged.
    manifest BLOB NOT NULL,
    hash BLOB NOT NULL,
    sealing_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    purged_at INTEGER,
    purge_key BLOB,
    purge_signature BLOB,
    PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER seal_segment_no_update BEFORE UPDATE OF
    stream, number, previous, row_count, first_at, last_at, sealed_at, root, hash, sealing_key, signature ON seal_segment
BEGIN SELECT RAISE(ABORT, 'seal_segment is append only'); END;
CREATE TRIGGER seal_segment_purged_once BEFORE UPDATE OF manifest, purged_at, purge_key, purge_signature ON seal_segment
WHEN OLD.purged_at IS NOT NULL OR NEW.purged_at IS NULL
BEGIN SELECT RAISE(ABORT, 'seal_segment is append only'); END;
CREATE TRIGGER seal_segment_no_delete BEFORE DELETE ON seal_segment
BEGIN SELECT RAISE(ABORT, 'seal_segment is append only'); END;

-- The SPID/CIE transaction register: one row for each Response that answers a request of ours, accepted or refused.
-- Its two unique keys are the replay check.
DROP TABLE saml_transaction;
CREATE TABLE saml_transaction (
    id BLOB NOT NULL PRIMARY KEY,
    -- AuthnRequest/@ID
    request_id TEXT NOT NULL,
    -- 0: the answer that was accepted; from 1: answers that were refused, a few for each request.
    attempt INTEGER NOT NULL,
    login_id TEXT NOT NULL,
    -- NULL: a login without a portal.
    client_id TEXT,
    identity_provider TEXT NOT NULL,
    -- NULL for a refused answer: nothing that it says is believed.
    assertion_id TEXT,
    response_id TEXT,
    -- AuthnRequest/@IssueInstant
    request_issued_at INTEGER NOT NULL,
    -- Response/@IssueInstant
    response_issued_at INTEGER,
    name_qualifier TEXT,
    -- accepted, or the reason's name: nr25, audience_wrong
    outcome TEXT NOT NULL,
    -- Shown to the citizen on an error page.
    reference TEXT,
    received_at INTEGER NOT NULL,
    -- Until then the row has to stay, or the Response could be used again.
    replay_until INTEGER NOT NULL,
    -- The data key of everything encrypted or hashed in this row.
    data_key BLOB NOT NULL,
    -- HMAC-SHA-256, to be found by.
    fiscal_number_hash BLOB,
    name_id_hash BLOB,
    -- Encrypted JSON: both documents as they went over the wire, NameID, SessionIndex, source address.
    content BLOB NOT NULL,
    -- The person (sub), once the login knew it.
    person BLOB,
    -- Encrypted JSON: what was proved, until the login took it.
    identity BLOB,
    -- The segment that sealed it.
    segment INTEGER,
    UNIQUE (request_id, attempt),
    UNIQUE (identity_provider, assertion_id)
) STRICT;
CREATE INDEX saml_transaction_received ON saml_transaction (received_at);
CREATE INDEX saml_transaction_fiscal_number ON saml_transaction (fiscal_number_hash) WHERE fiscal_number_hash IS NOT NULL;
CREATE INDEX saml_transaction_name_id ON saml_transaction (name_id_hash) WHERE name_id_hash IS NOT NULL;
CREATE INDEX saml_transaction_person ON saml_transaction (person) WHERE person IS NOT NULL;
CREATE INDEX saml_transaction_reference ON saml_transaction (reference) WHERE reference IS NOT NULL;
CREATE INDEX saml_transaction_segment ON saml_transaction (segment);
CREATE TRIGGER saml_transaction_no_update BEFORE UPDATE OF
    id, request_id, attempt, login_id, client_id, identity_provider, assertion_id, response_id, request_issued_at,
    response_issued_at, name_qualifier, outcome, reference, received_at, replay_until, data_key, fiscal_number_hash,
    name_id_hash, content ON saml_transaction
BEGIN SELECT RAISE(ABORT, 'saml_transaction is append only'); END;
CREATE TRIGGER saml_transaction_settled BEFORE UPDATE OF person, identity ON saml_transaction
WHEN OLD.identity IS NULL OR OLD.segment IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'saml_transaction is append only'); END;
CREATE TRIGGER saml_transaction_sealed_once BEFORE UPDATE OF segment ON saml_transaction
WHEN OLD.segment IS NOT NULL OR NEW.segment IS NULL OR OLD.identity IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'saml_transaction is append only'); END;
-- 24 months are 730 days or 731.
CREATE TRIGGER saml_transaction_no_delete BEFORE DELETE ON saml_transaction
WHEN NOT EXISTS (SELECT 1 FROM seal_segment WHERE stream = 'saml_transaction' AND number = OLD.segment
    AND purged_at >= last_at + 63072000000000)
BEGIN SELECT RAISE(ABORT, 'saml_transaction is append only'); END;

-- Who did it, when it is not the person it concerns: an official.
ALTER TABLE security_event ADD COLUMN actor BLOB;
-- The segment that sealed it.
ALTER TABLE security_event ADD COLUMN segment INTEGER;
CREATE INDEX security_event_segment ON security_event (segment);
CREATE INDEX security_event_person ON security_event (person) WHERE person IS NOT NULL;
DROP TRIGGER security_event_no_update;
DROP TRIGGER security_event_no_delete;
CREATE TRIGGER security_event_no_update BEFORE UPDATE OF
    id, at, kind, person, client_id, organisation, mandate, detail, reference, actor ON security_event
BEGIN SELECT RAISE(ABORT, 'security_event is append only'); END;
CREATE TRIGGER security_event_sealed_once BEFORE UPDATE OF segment ON security_event
WHEN OLD.segment IS NOT NULL OR NEW.segment IS NULL
BEGIN SELECT RAISE(ABORT, 'security_event is append only'); END;
CREATE TRIGGER security_event_no_delete BEFORE DELETE ON security_event
WHEN NOT EXISTS (SELECT 1 FROM seal_segment WHERE stream = 'security_event' AND number = OLD.segment
    AND purged_at >= last_at + 63072000000000)
BEGIN SELECT RAISE(ABORT, 'security_event is append only'); END;

-- What an official may do in the back office.
CREATE TABLE official_duty (
    person BLOB NOT NULL REFERENCES person (id),
    -- verifier, recogniser, registrar, support, auditor, platform-administrator
    duty TEXT NOT NULL,
    -- From (included) to (excluded); NULL: without end.
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    -- 1: from the configuration, which takes it away when it no longer names it.
    configured INTEGER NOT NULL,
    PRIMARY KEY (person, duty)
) STRICT, WITHOUT ROWID;

-- The transaction register encrypted and sealed, the keys for it, and the duties of officials.
-- Nothing was deployed before this file: the table of the register is made anew.

CREATE TABLE data_key (
    id UUID NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    generation BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    master_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (purpose, generation)
);
COMMENT ON TABLE data_key IS 'Keys that encrypt columns or sign what is sealed. Each is wrapped by the master key, which is not here.';
COMMENT ON COLUMN data_key.purpose IS 'register, sealing';
COMMENT ON COLUMN data_key.generation IS 'Counts up within a purpose; the highest is in use.';
COMMENT ON COLUMN data_key.wrapped IS 'AES-256-GCM: nonce, ciphertext, tag.';
COMMENT ON COLUMN data_key.master_key IS 'Name of the master key that wrapped it.';

CREATE TABLE seal_segment (
    stream TEXT NOT NULL,
    number BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    row_count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    root BYTEA NOT NULL,
    manifest BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    sealing_key UUID NOT NULL,
    signature BYTEA NOT NULL,
    purged_at BIGINT,
    purge_key UUID,
    purge_signature BYTEA,
    PRIMARY KEY (stream, number)
);
COMMENT ON TABLE seal_segment IS 'One sealed batch of rows: its header is signed and stays when the rows are purged.';
COMMENT ON COLUMN seal_segment.stream IS 'Table of the rows: saml_transaction, security_event';
COMMENT ON COLUMN seal_segment.number IS 'From 1, without gaps.';
COMMENT ON COLUMN seal_segment.previous IS 'Hash of the segment before.';
COMMENT ON COLUMN seal_segment.first_at IS 'The oldest and the youngest row.';
COMMENT ON COLUMN seal_segment.root IS 'SHA-256 of the manifest.';
COMMENT ON COLUMN seal_segment.manifest IS '16 bytes of id and 32 of digest for each row; empty once purged.';
CREATE TRIGGER seal_segment_no_update BEFORE UPDATE OF
    stream, number, previous, row_count, first_at, last_at, sealed_at, root, hash, sealing_key, signature ON seal_segment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_segment_purged_once BEFORE UPDATE OF manifest, purged_at, purge_key, purge_signature ON seal_segment
FOR EACH ROW WHEN (OLD.purged_at IS NOT NULL OR NEW.purged_at IS NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_segment_no_delete BEFORE DELETE OR TRUNCATE ON seal_segment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- 24 months are 730 days or 731.
CREATE FUNCTION refuse_early_removal() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS (SELECT 1 FROM seal_segment WHERE stream = TG_TABLE_NAME AND number = OLD.segment
        AND purged_at >= last_at + 63072000000000) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append only', TG_TABLE_NAME;
END $$;

DROP TABLE saml_transaction;
CREATE TABLE saml_transaction (
    id UUID NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL,
    attempt SMALLINT NOT NULL,
    login_id TEXT NOT NULL,
    client_id TEXT,
    identity_provider TEXT NOT NULL,
    assertion_id TEXT,
    response_id TEXT,
    request_issued_at BIGINT NOT NULL,
    response_issued_at BIGINT,
    name_qualifier TEXT,
    outcome TEXT NOT NULL,
    reference TEXT,
    received_at BIGINT NOT NULL,
    replay_until BIGINT NOT NULL,
    data_key UUID NOT NULL,
    fiscal_number_hash BYTEA,
    name_id_hash BYTEA,
    content BYTEA NOT NULL,
    person UUID,
    identity BYTEA,
    segment BIGINT,
    UNIQUE (request_id, attempt),
    UNIQUE (identity_provider, assertion_id)
);
COMMENT ON TABLE saml_transaction IS 'The SPID/CIE transaction register: one row for each Response that answers a request of ours, accepted or refused. Its two unique keys are the replay check.';
COMMENT ON COLUMN saml_transaction.request_id IS 'AuthnRequest/@ID';
COMMENT ON COLUMN saml_transaction.attempt IS '0: the answer that was accepted; from 1: answers that were refused, a few for each request.';
COMMENT ON COLUMN saml_transaction.client_id IS 'NULL: a login without a portal.';
COMMENT ON COLUMN saml_transaction.assertion_id IS 'NULL for a refused answer: nothing that it says is believed.';
COMMENT ON COLUMN saml_transaction.request_issued_at IS 'AuthnRequest/@IssueInstant';
COMMENT ON COLUMN saml_transaction.response_issued_at IS 'Response/@IssueInstant';
COMMENT ON COLUMN saml_transaction.outcome IS 'accepted, or the reason''s name: nr25, audience_wrong';
COMMENT ON COLUMN saml_transaction.reference IS 'Shown to the citizen on an error page.';
COMMENT ON COLUMN saml_transaction.replay_until IS 'Until then the row has to stay, or the Response could be used again.';
COMMENT ON COLUMN saml_transaction.data_key IS 'The data key of everything encrypted or hashed in this row.';
COMMENT ON COLUMN saml_transaction.fiscal_number_hash IS 'HMAC-SHA-256, to be found by.';
COMMENT ON COLUMN saml_transaction.name_id_hash IS 'HMAC-SHA-256, to be found by.';
COMMENT ON COLUMN saml_transaction.content IS 'Encrypted JSON: both documents as they went over the wire, NameID, SessionIndex, source address.';
COMMENT ON COLUMN saml_transaction.person IS 'The person (sub), once the login knew it.';
COMMENT ON COLUMN saml_transaction.identity IS 'Encrypted JSON: what was proved, until the login took it.';
COMMENT ON COLUMN saml_transaction.segment IS 'The segment that sealed it.';
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
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER saml_transaction_settled BEFORE UPDATE OF person, identity ON saml_transaction
FOR EACH ROW WHEN (OLD.identity IS NULL OR OLD.segment IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER saml_transaction_sealed_once BEFORE UPDATE OF segment ON saml_transaction
FOR EACH ROW WHEN (OLD.segment IS NOT NULL OR NEW.segment IS NULL OR OLD.identity IS NOT NULL)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER saml_transaction_no_delete BEFORE DELETE ON saml_transaction
FOR EACH ROW EXECUTE FUNCTION refuse_early_removal();
CREATE TRIGGER saml_transaction_no_truncate BEFORE TRUNCATE ON saml_transaction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE security_event ADD COLUMN actor UUID, ADD COLUMN segment BIGINT;
COMMENT ON COLUMN security_event.actor IS 'Who did it, when it is not the person it concerns: an official.';
COMMENT ON COLUMN security_event.segment IS 'The segment that sealed it.';
CREATE INDEX security_event_segment ON security_event (segment);
CREATE INDEX security_event_person ON security_event (person) WHERE person IS NOT NULL;
DROP TRIGGER security_event_no_change ON security_event;
CREATE TRIGGER security_event_no_update BEFORE UPDATE OF
    id, at, kind, person, client_id, organisation, mandate, detail, reference, actor ON security_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER security_event_sealed_once BEFORE UPDATE OF segment ON security_event
FOR EACH ROW WHEN (OLD.segment IS NOT NULL OR NEW.segment IS NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER security_event_no_delete BEFORE DELETE ON security_event
FOR EACH ROW EXECUTE FUNCTION refuse_early_removal();
CREATE TRIGGER security_event_no_truncate BEFORE TRUNCATE ON security_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE official_duty (
    person UUID NOT NULL REFERENCES person (id),
    duty TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    configured BOOLEAN NOT NULL,
    PRIMARY KEY (person, duty)
);
COMMENT ON TABLE official_duty IS 'What an official may do in the back office.';
COMMENT ON COLUMN official_duty.duty IS 'verifier, recogniser, registrar, support, auditor, platform-administrator';
COMMENT ON COLUMN official_duty.valid_from IS 'From (included) to (excluded); NULL: without end.';
COMMENT ON COLUMN official_duty.configured IS 'From the configuration, which takes it away when it no longer names it.';

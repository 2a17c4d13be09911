-- The main job: people, organisations, mandates, clients, grants, the SAML register, security events.
-- Instants are microseconds since 1970-01-01 UTC; ids are 16-byte UUIDs; hashes are 32 bytes (SHA-256);
-- sets, lists and maps are TEXT that holds JSON. The PostgreSQL file of the same name says the same.

CREATE TABLE person (
    id UUID NOT NULL PRIMARY KEY,
    fiscal_number TEXT UNIQUE,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    date_of_birth TEXT,
    created_at BIGINT NOT NULL,
    verified_at BIGINT NOT NULL,
    blocked BOOLEAN NOT NULL
);
COMMENT ON TABLE person IS 'A natural person. The id is the public `sub`.';
COMMENT ON COLUMN person.fiscal_number IS 'Proved by a digital identity; upper case, without TINIT-. Missing for a person of whom none was proved.';
COMMENT ON COLUMN person.date_of_birth IS 'YYYY-MM-DD';
COMMENT ON COLUMN person.verified_at IS 'When a digital identity last proved these data.';
COMMENT ON COLUMN person.blocked IS 'True: signs in nowhere.';

CREATE TABLE credential (
    id UUID NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES person (id),
    method TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT,
    attributes TEXT NOT NULL,
    level SMALLINT NOT NULL,
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    UNIQUE (method, issuer, subject)
);
COMMENT ON TABLE credential IS 'One way in: a SPID identity, an identity card, a smart card.';
COMMENT ON COLUMN credential.method IS 'spid, cie, cns, eidas, local';
COMMENT ON COLUMN credential.issuer IS 'entityID of the identity provider, or issuer of the card.';
COMMENT ON COLUMN credential.subject IS 'The issuer''s own name for the person (spidCode), when it gives one.';
COMMENT ON COLUMN credential.attributes IS 'JSON object: every attribute as it last came.';
COMMENT ON COLUMN credential.level IS 'Strongest level ever proved with it: 1, 2, 3.';
CREATE UNIQUE INDEX credential_without_subject ON credential (person, method, issuer) WHERE subject IS NULL;

CREATE TABLE organisation (
    id UUID NOT NULL PRIMARY KEY,
    alias TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    identifiers TEXT NOT NULL,
    state TEXT NOT NULL
);
COMMENT ON TABLE organisation IS 'A legal person or public body.';
COMMENT ON COLUMN organisation.alias IS 'For URLs and the claim''s key. Never reused: rows are never deleted.';
COMMENT ON COLUMN organisation.kind IS 'company, public-body, other';
COMMENT ON COLUMN organisation.identifiers IS 'JSON array of {scheme, value}, schemes of ISO 6523.';
COMMENT ON COLUMN organisation.state IS 'active, suspended, ceased';

CREATE TABLE unit (
    id UUID NOT NULL PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT
);
COMMENT ON TABLE unit IS 'An operating unit (unità operativa).';
COMMENT ON COLUMN unit.valid_from IS 'Open from (included) to (excluded).';

CREATE TABLE mandate (
    id UUID NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES person (id),
    organisation UUID NOT NULL REFERENCES organisation (id),
    unit UUID REFERENCES unit (id),
    kind TEXT NOT NULL,
    roles TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL
);
COMMENT ON TABLE mandate IS 'Person P may act for organisation O.';
COMMENT ON COLUMN mandate.unit IS 'NULL: the whole organisation.';
COMMENT ON COLUMN mandate.kind IS 'legal-representative, administrator, delegate, operator';
COMMENT ON COLUMN mandate.roles IS 'JSON object: client_id to array of roles.';
COMMENT ON COLUMN mandate.evidence IS 'self-declared, import, lr-online, signed-file, register, official';
COMMENT ON COLUMN mandate.state IS 'draft, pending, to_integrate, refusal_notified, approved, suspended, rejected, expired, revoked, withdrawn';
COMMENT ON COLUMN mandate.valid_from IS 'In force from (included) to (excluded).';
CREATE INDEX mandate_person ON mandate (person);

CREATE TABLE client (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    names TEXT NOT NULL,
    uri TEXT,
    redirect_uris TEXT NOT NULL,
    post_logout_redirect_uris TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    secret_hashes TEXT NOT NULL,
    require_pkce BOOLEAN NOT NULL,
    scopes TEXT NOT NULL,
    acting TEXT NOT NULL,
    min_level SMALLINT NOT NULL,
    methods TEXT NOT NULL,
    roles TEXT NOT NULL,
    min_evidence TEXT NOT NULL,
    min_age SMALLINT,
    claims_in_id_token BOOLEAN NOT NULL,
    disabled BOOLEAN NOT NULL
);
COMMENT ON TABLE client IS 'A relying party as it registered itself. Never deleted: grants and events name it.';
COMMENT ON COLUMN client.id IS 'client_id';
COMMENT ON COLUMN client.names IS 'JSON object: BCP 47 tag to name.';
COMMENT ON COLUMN client.uri IS 'Home page, where a citizen starts again.';
COMMENT ON COLUMN client.redirect_uris IS 'JSON arrays, compared to the letter.';
COMMENT ON COLUMN client.auth_method IS 'client_secret_basic, client_secret_post, none';
COMMENT ON COLUMN client.secret_hashes IS 'JSON array of SHA-256, hexadecimal.';
COMMENT ON COLUMN client.scopes IS 'JSON array';
COMMENT ON COLUMN client.acting IS 'self, organisation, either';
COMMENT ON COLUMN client.min_level IS '1, 2, 3';
COMMENT ON COLUMN client.methods IS 'JSON array of methods; empty: all.';
COMMENT ON COLUMN client.roles IS 'JSON array';
COMMENT ON COLUMN client.min_age IS 'years';

CREATE TABLE login_grant (
    id UUID NOT NULL PRIMARY KEY,
    login_id TEXT NOT NULL UNIQUE,
    session_hash BYTEA NOT NULL,
    client_id TEXT NOT NULL REFERENCES client (id),
    person UUID NOT NULL REFERENCES person (id),
    credential UUID NOT NULL REFERENCES credential (id),
    mandate UUID REFERENCES mandate (id),
    scopes TEXT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    nonce TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    code_hash BYTEA NOT NULL UNIQUE,
    code_expires_at BIGINT NOT NULL,
    redeemed_at BIGINT,
    redirect_uri TEXT NOT NULL,
    challenge TEXT
);
COMMENT ON TABLE login_grant IS 'What was authorised for a client, with its authorisation code. Person, acting context and scopes are frozen; an unused code may give way to another.';
COMMENT ON COLUMN login_grant.login_id IS 'The login that ended in it: a login finishes once.';
COMMENT ON COLUMN login_grant.session_hash IS 'SHA-256 of the browser session''s cookie.';
COMMENT ON COLUMN login_grant.mandate IS 'NULL: the person for himself.';
COMMENT ON COLUMN login_grant.scopes IS 'JSON array';
COMMENT ON COLUMN login_grant.amr IS 'JSON array';
COMMENT ON COLUMN login_grant.code_hash IS 'SHA-256 of the code.';
COMMENT ON COLUMN login_grant.redeemed_at IS 'Set by the one caller that won.';
COMMENT ON COLUMN login_grant.challenge IS 'PKCE S256';
CREATE INDEX login_grant_person ON login_grant (person, client_id);
CREATE INDEX login_grant_session ON login_grant (session_hash) WHERE ended_at IS NULL;

CREATE TABLE usual_choice (
    person UUID NOT NULL REFERENCES person (id),
    client_id TEXT NOT NULL REFERENCES client (id),
    mandate UUID REFERENCES mandate (id),
    chosen_at BIGINT NOT NULL,
    PRIMARY KEY (person, client_id)
);
COMMENT ON TABLE usual_choice IS 'The organisation a person asks to be proposed first for one client (scelta abituale).';
COMMENT ON COLUMN usual_choice.mandate IS 'NULL: for himself.';

CREATE TABLE saml_transaction (
    request_id TEXT NOT NULL PRIMARY KEY,
    login_id TEXT NOT NULL,
    identity_provider TEXT NOT NULL,
    assertion_id TEXT NOT NULL,
    response_id TEXT NOT NULL,
    request_issued_at BIGINT NOT NULL,
    response_issued_at BIGINT NOT NULL,
    name_id TEXT NOT NULL,
    name_qualifier TEXT NOT NULL,
    session_index TEXT,
    request_document TEXT NOT NULL,
    response_document TEXT NOT NULL,
    identity TEXT,
    received_at BIGINT NOT NULL,
    replay_until BIGINT NOT NULL,
    UNIQUE (identity_provider, assertion_id)
);
COMMENT ON TABLE saml_transaction IS 'The SPID/CIE transaction register: one row per Response that was accepted. Its two keys are the replay check.';
COMMENT ON COLUMN saml_transaction.request_id IS 'AuthnRequest/@ID';
COMMENT ON COLUMN saml_transaction.request_issued_at IS 'AuthnRequest/@IssueInstant';
COMMENT ON COLUMN saml_transaction.response_issued_at IS 'Response/@IssueInstant';
COMMENT ON COLUMN saml_transaction.session_index IS 'For SPID logout (level 1 only).';
COMMENT ON COLUMN saml_transaction.request_document IS 'The documents as they went over the wire.';
COMMENT ON COLUMN saml_transaction.identity IS 'JSON: what was proved, until the login took it.';
COMMENT ON COLUMN saml_transaction.replay_until IS 'Until then the row has to stay, or the Response could be used again.';

CREATE TABLE security_event (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person UUID,
    client_id TEXT,
    organisation UUID,
    mandate UUID,
    detail TEXT,
    reference TEXT
);
COMMENT ON TABLE security_event IS 'What an auditor reads. Append only.';
COMMENT ON COLUMN security_event.person IS 'No foreign keys: an event outlives what it tells of.';
COMMENT ON COLUMN security_event.detail IS 'Words of ours; never what a stranger wrote.';
COMMENT ON COLUMN security_event.reference IS 'Shown to the citizen on an error page.';
CREATE INDEX security_event_reference ON security_event (reference) WHERE reference IS NOT NULL;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$;
CREATE TRIGGER security_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON security_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The main job: people, organisations, mandates, clients, grants, the SAML register, security events.
-- Instants are microseconds since 1970-01-01 UTC; ids are 16-byte UUIDs; hashes are 32 bytes (SHA-256);
-- sets, lists and maps are TEXT that holds JSON. The PostgreSQL file of the same name says the same.

-- A natural person. The id is the public `sub`.
CREATE TABLE person (
    id BLOB NOT NULL PRIMARY KEY,
    -- Proved by a digital identity; upper case, without TINIT-. Missing for a person of whom none was proved.
    fiscal_number TEXT UNIQUE,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    -- YYYY-MM-DD
    date_of_birth TEXT,
    created_at INTEGER NOT NULL,
    -- When a digital identity last proved these data.
    verified_at INTEGER NOT NULL,
    -- 1: signs in nowhere.
    blocked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One way in: a SPID identity, an identity card, a smart card.
CREATE TABLE credential (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    -- spid, cie, cns, eidas, local
    method TEXT NOT NULL,
    -- entityID of the identity provider, or issuer of the card.
    issuer TEXT NOT NULL,
    -- The issuer's own name for the person (spidCode), when it gives one.
    subject TEXT,
    -- JSON object: every attribute as it last came.
    attributes TEXT NOT NULL,
    -- Strongest level ever proved with it: 1, 2, 3.
    level INTEGER NOT NULL,
    first_used_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    -- An issuer's name stands for one person.
    UNIQUE (method, issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX credential_without_subject ON credential (person, method, issuer) WHERE subject IS NULL;

-- A legal person or public body.
CREATE TABLE organisation (
    id BLOB NOT NULL PRIMARY KEY,
    -- For URLs and the claim's key. Never reused: rows are never deleted.
    alias TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- company, public-body, other
    kind TEXT NOT NULL,
    -- JSON array of {scheme, value}, schemes of ISO 6523.
    identifiers TEXT NOT NULL,
    -- active, suspended, ceased
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- An operating unit (unità operativa).
CREATE TABLE unit (
    id BLOB NOT NULL PRIMARY KEY,
    organisation BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    -- Open from (included) to (excluded).
    valid_from INTEGER NOT NULL,
    valid_until INTEGER
) STRICT, WITHOUT ROWID;

-- Person P may act for organisation O.
CREATE TABLE mandate (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    organisation BLOB NOT NULL REFERENCES organisation (id),
    -- NULL: the whole organisation.
    unit BLOB REFERENCES unit (id),
    -- legal-representative, administrator, delegate, operator
    kind TEXT NOT NULL,
    -- JSON object: client_id to array of roles.
    roles TEXT NOT NULL,
    -- self-declared, import, lr-online, signed-file, register, official
    evidence TEXT NOT NULL,
    -- draft, pending, to_integrate, refusal_notified, approved, suspended, rejected, expired, revoked, withdrawn
    state TEXT NOT NULL,
    -- In force from (included) to (excluded).
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mandate_person ON mandate (person);

-- A relying party as it registered itself. Never deleted: grants and events name it.
CREATE TABLE client (
    -- client_id
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- JSON object: BCP 47 tag to name.
    names TEXT NOT NULL,
    -- Home page, where a citizen starts again.
    uri TEXT,
    -- JSON arrays, compared to the letter.
    redirect_uris TEXT NOT NULL,
    post_logout_redirect_uris TEXT NOT NULL,
    -- client_secret_basic, client_secret_post, none
    auth_method TEXT NOT NULL,
    -- JSON array of SHA-256, hexadecimal.
    secret_hashes TEXT NOT NULL,
    require_pkce INTEGER NOT NULL,
    -- JSON array
    scopes TEXT NOT NULL,
    -- self, organisation, either
    acting TEXT NOT NULL,
    -- 1, 2, 3
    min_level INTEGER NOT NULL,
    -- JSON array of methods; empty: all.
    methods TEXT NOT NULL,
    -- JSON array
    roles TEXT NOT NULL,
    min_evidence TEXT NOT NULL,
    -- years
    min_age INTEGER,
    claims_in_id_token INTEGER NOT NULL,
    disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was authorised for a client, with its authorisation code. Person, acting context and scopes are frozen; an unused code may give way to another.
CREATE TABLE login_grant (
    id BLOB NOT NULL PRIMARY KEY,
    -- The login that ended in it: a login finishes once.
    login_id TEXT NOT NULL UNIQUE,
    -- SHA-256 of the browser session's cookie.
    session_hash BLOB NOT NULL,
    client_id TEXT NOT NULL REFERENCES client (id),
    person BLOB NOT NULL REFERENCES person (id),
    credential BLOB NOT NULL REFERENCES credential (id),
    -- NULL: the person for himself.
    mandate BLOB REFERENCES mandate (id),
    -- JSON array
    scopes TEXT NOT NULL,
    acr TEXT NOT NULL,
    -- JSON array
    amr TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    nonce TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- SHA-256 of the code.
    code_hash BLOB NOT NULL UNIQUE,
    code_expires_at INTEGER NOT NULL,
    -- Set by the one caller that won.
    redeemed_at INTEGER,
    redirect_uri TEXT NOT NULL,
    -- PKCE S256
    challenge TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX login_grant_person ON login_grant (person, client_id);
CREATE INDEX login_grant_session ON login_grant (session_hash) WHERE ended_at IS NULL;

-- The organisation a person asks to be proposed first for one client (scelta abituale).
CREATE TABLE usual_choice (
    person BLOB NOT NULL REFERENCES person (id),
    client_id TEXT NOT NULL REFERENCES client (id),
    -- NULL: for himself.
    mandate BLOB REFERENCES mandate (id),
    chosen_at INTEGER NOT NULL,
    PRIMARY KEY (person, client_id)
) STRICT, WITHOUT ROWID;

-- The SPID/CIE transaction register: one row per Response that was accepted. Its two keys are the replay check.
CREATE TABLE saml_transaction (
    -- AuthnRequest/@ID
    request_id TEXT NOT NULL PRIMARY KEY,
    login_id TEXT NOT NULL,
    identity_provider TEXT NOT NULL,
    assertion_id TEXT NOT NULL,
    response_id TEXT NOT NULL,
    -- AuthnRequest/@IssueInstant
    request_issued_at INTEGER NOT NULL,
    -- Response/@IssueInstant
    response_issued_at INTEGER NOT NULL,
    name_id TEXT NOT NULL,
    name_qualifier TEXT NOT NULL,
    -- For SPID logout (level 1 only).
    session_index TEXT,
    -- The documents as they went over the wire.
    request_document TEXT NOT NULL,
    response_document TEXT NOT NULL,
    -- JSON: what was proved, until the login took it.
    identity TEXT,
    received_at INTEGER NOT NULL,
    -- Until then the row has to stay, or the Response could be used again.
    replay_until INTEGER NOT NULL,
    UNIQUE (identity_provider, assertion_id)
) STRICT;

-- What an auditor reads. Append only.
CREATE TABLE security_event (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- No foreign keys: an event outlives what it tells of.
    person BLOB,
    client_id TEXT,
    organisation BLOB,
    mandate BLOB,
    -- Words of ours; never what a stranger wrote.
    detail TEXT,
    -- Shown to the citizen on an error page.
    reference TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX security_event_reference ON security_event (reference) WHERE reference IS NOT NULL;
CREATE TRIGGER security_event_no_update BEFORE UPDATE ON security_event
BEGIN SELECT RAISE(ABORT, 'security_event is append only'); END;
CREATE TRIGGER security_event_no_delete BEFORE DELETE ON security_event
BEGIN SELECT RAISE(ABORT, 'security_event is append only'); END;

CREATE TABLE turn (
    name TEXT NOT NULL PRIMARY KEY,
    not_before BIGINT NOT NULL
);
COMMENT ON TABLE turn IS 'Jobs that one node does for all: a node that moves not_before ahead has the turn, and nobody else before then.';
COMMENT ON COLUMN turn.name IS 'What there is to do.';

CREATE TABLE idp_registry (
    name TEXT NOT NULL PRIMARY KEY,
    document TEXT,
    edition BYTEA,
    accepted_at BIGINT,
    checked_at BIGINT,
    problem TEXT,
    problem_since BIGINT
);
COMMENT ON TABLE idp_registry IS 'The last good copy of each registry of identity providers.';
COMMENT ON COLUMN idp_registry.name IS 'spid, cie';
COMMENT ON COLUMN idp_registry.document IS 'The signed document that is held, as it came. NULL: none was accepted so far.';
COMMENT ON COLUMN idp_registry.edition IS 'SHA-256 of document.';
COMMENT ON COLUMN idp_registry.checked_at IS 'When the registry last answered with a document that was held or taken.';
COMMENT ON COLUMN idp_registry.problem IS 'Why the last document was not taken, a word of ours. NULL: it was.';

CREATE TABLE idp_registry_replaced (
    name TEXT NOT NULL,
    edition BYTEA NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (name, edition)
);
COMMENT ON TABLE idp_registry_replaced IS 'Editions that were held and replaced: they do not come back by themselves.';

CREATE TABLE alarm (
    subject TEXT NOT NULL PRIMARY KEY,
    raised_at BIGINT NOT NULL
);
COMMENT ON TABLE alarm IS 'What was raised once is not raised again: a certificate about to end, a registry that is silent.';

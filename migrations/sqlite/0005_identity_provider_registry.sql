-- Jobs that one node does for all, the registries of identity providers, and alarms.

-- Whose turn it is: a node that moves `not_before` ahead has the turn, and nobody else before then.
CREATE TABLE turn (
    -- What there is to do.
    name TEXT NOT NULL PRIMARY KEY,
    not_before INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last good copy of each registry of identity providers.
CREATE TABLE idp_registry (
    -- spid, cie
    name TEXT NOT NULL PRIMARY KEY,
    -- The signed document that is held, as it came, and its SHA-256. NULL: none was accepted so far.
    document TEXT,
    edition BLOB,
    accepted_at INTEGER,
    -- When the registry last answered with a document that was held or taken.
    checked_at INTEGER,
    -- Why the last document was not taken, a word of ours. NULL: it was.
    problem TEXT,
    problem_since INTEGER
) STRICT, WITHOUT ROWID;

-- Editions that were held and replaced: they do not come back by themselves.
CREATE TABLE idp_registry_replaced (
    name TEXT NOT NULL,
    edition BLOB NOT NULL,
    replaced_at INTEGER NOT NULL,
    PRIMARY KEY (name, edition)
) STRICT, WITHOUT ROWID;

-- What was raised once is not raised again: a certificate about to end, a registry that is silent.
CREATE TABLE alarm (
    subject TEXT NOT NULL PRIMARY KEY,
    raised_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

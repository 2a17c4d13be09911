-- Kinds of SPID identity, and what an identity provider said in the authentication behind a grant.

-- JSON array of P, LP, PG, PF, PX: what a client may ask for, the one to ask first; empty: a natural person's.
ALTER TABLE client ADD COLUMN spid_purposes TEXT NOT NULL DEFAULT '[]';

-- The attributes that a grant passes on: those of its own authentication, and of them only what its scopes name.
-- A later login with another identity never changes what a portal was told. No row: none.
CREATE TABLE grant_attributes (
    grant_id BLOB NOT NULL PRIMARY KEY REFERENCES login_grant (id),
    -- JSON object: the issuer's name for an attribute to its value.
    attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

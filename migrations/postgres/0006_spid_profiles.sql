-- Kinds of SPID identity, and what an identity provider said in the authentication behind a grant.

ALTER TABLE client ADD COLUMN spid_purposes TEXT NOT NULL DEFAULT '[]';
COMMENT ON COLUMN client.spid_purposes IS 'JSON array of P, LP, PG, PF, PX: what a client may ask for, the one to ask first; empty: a natural person''s.';

CREATE TABLE grant_attributes (
    grant_id UUID NOT NULL PRIMARY KEY REFERENCES login_grant (id),
    attributes TEXT NOT NULL
);
COMMENT ON TABLE grant_attributes IS 'The attributes that a grant passes on: those of its own authentication, and of them only what its scopes name. A later login with another identity never changes what a portal was told. No row: none.';
COMMENT ON COLUMN grant_attributes.attributes IS 'JSON object: the issuer''s name for an attribute to its value.';

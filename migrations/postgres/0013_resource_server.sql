-- The identifier (RFC 8707) of the resource that a client is itself; also in its metadata. Here to be found by.
ALTER TABLE client ADD COLUMN resource TEXT;
CREATE INDEX client_resource ON client (resource) WHERE resource IS NOT NULL;

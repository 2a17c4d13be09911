-- One client is one resource (RFC 8707): of two, the other would be told about tokens that are not its own.
DROP INDEX client_resource;
CREATE UNIQUE INDEX client_resource ON client (resource) WHERE resource IS NOT NULL AND NOT disabled;

//! JOSE: compact JWS with our keys, and the key set we publish.

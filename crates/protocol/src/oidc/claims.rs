//! What a client is told about the person and the organisation: the only place that decides it.

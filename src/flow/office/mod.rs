//! What officials do in the back office.


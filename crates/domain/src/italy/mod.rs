//! Codes that Italian law gives to people and bodies.

mod fiscal_number;

pub use fiscal_number::{FiscalNumber, FiscalNumberError};

//! Codes that Italian law gives to people and bodies.

mod fiscal_number;
mod vat_number;

pub use fiscal_number::{FiscalNumber, FiscalNumberError};
pub use vat_number::{VatNumber, VatNumberError};

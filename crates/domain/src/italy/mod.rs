//! Codes that Italian law gives to people and bodies, and the time on Italian walls.

mod fiscal_number;
mod vat_number;
mod wall_clock;

pub use fiscal_number::{FiscalNumber, FiscalNumberError};
pub use vat_number::{VatNumber, VatNumberError};
pub use wall_clock::{in_italy, midnight_in_italy};

//! `[[official]]`: who has a duty in the back office.

use super::check::Check;
use crate::manifest;

/// Checks each; what they mean, the manifest says.
pub(super) fn check(check: &mut Check<'_>, written: &[manifest::Official]) {
    for (index, official) in written.iter().enumerate() {
        for fault in official.faults() {
            check.wrong(&format!("official[{index}].{}", fault.setting), fault.message);
        }
    }
}

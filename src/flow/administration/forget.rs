//! What was told about a person goes when nothing can tell it any more: the attributes behind a grant that gives no
//! tokens, and at the end of the register's term the grant itself (GDPR art. 5 (1) e).

use crate::flow::{Deps, FlowError};
use chrono::TimeDelta;
use uuid::Uuid;

/// How long attributes outlast their grant: longer than any access token that was given under it.
const AFTER_THE_GRANT: TimeDelta = TimeDelta::days(1);
/// Rows that one transaction looks at: the writer is not kept from others for long.
const AT_ONCE: i64 = 500;

/// What one run forgot, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Of `grant_attributes`.
    pub attributes: u64,
    /// Of `login_grant`.
    pub grants: u64,
}

/// Forgets what nothing needs any more.
///
/// # Errors
/// [`FlowError`] when a store fails; what was forgotten by then stays forgotten.
pub async fn forget(deps: &Deps) -> Result<Forgotten, FlowError> {
    let now = deps.clock.now();
    let mut forgotten = Forgotten::default();
    let over = now.checked_sub_signed(AFTER_THE_GRANT).unwrap_or(now);
    let mut after = Uuid::nil();
    while let Some(last) = deps.store.attributes_until(after, AT_ONCE).await? {
        let mut tx = deps.store.begin().await?;
        let rows = tx.remove_spent_attributes((after, last), over, now).await?;
        tx.commit().await?;
        forgotten.attributes = forgotten.attributes.saturating_add(rows);
        after = last;
    }
    let Some(term) = now.checked_sub_months(deps.settings.register.keep) else {
        return Ok(forgotten);
    };
    loop {
        let mut tx = deps.store.begin().await?;
        let rows = tx.remove_old_grants(term, AT_ONCE).await?;
        tx.commit().await?;
        if rows == 0 {
            break;
        }
        forgotten.grants = forgotten.grants.saturating_add(rows);
    }
    if forgotten != Forgotten::default() {
        tracing::info!(
            attributes = forgotten.attributes,
            grants = forgotten.grants,
            "forgotten after their end"
        );
    }
    Ok(forgotten)
}

//! Devices that wait for their citizen (RFC 8628).

use super::login::LATECOMERS;
use super::{Brief, Kind};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;
use protocol::oidc::device::{Patience, UserCode, WaitingDevice};

impl Brief {
    /// Stores a device that waits, new or changed, until a day after its `expires_at`: one that asks late is told that it
    /// is late.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_device(&self, device: &WaitingDevice, now: DateTime<Utc>) -> Result<(), StoreError> {
        let until = device
            .expires_at
            .checked_add_signed(LATECOMERS)
            .unwrap_or(device.expires_at);
        self.put(Kind::Device, &device.code, device, until, now).await
    }

    /// The device whose `device_code` has this hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device(&self, code: &SecretHash, now: DateTime<Utc>) -> Result<Option<WaitingDevice>, StoreError> {
        self.get(Kind::Device, code, now).await
    }

    /// Lets the device be found by what its citizen types. `false`: another one waits under that code.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_user_code(&self, device: &WaitingDevice, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let code = device.user_code.hash();
        self.add(Kind::UserCode, &code, &device.code, device.expires_at, now)
            .await
    }

    /// The hash of the `device_code` of the device whose citizen types this, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_code(&self, code: &UserCode, now: DateTime<Utc>) -> Result<Option<SecretHash>, StoreError> {
        self.get(Kind::UserCode, &code.hash(), now).await
    }

    /// When the device may ask again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn patience(&self, code: &SecretHash, now: DateTime<Utc>) -> Result<Option<Patience>, StoreError> {
        self.get(Kind::Patience, code, now).await
    }

    /// Changes when the device may ask again; remembered until `until`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_patience(
        &self,
        code: &SecretHash,
        patience: Patience,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::Patience, code, &patience, until, now).await
    }
}

//! The unit of the bench: one raw RSA-2048 signature of the library that signs our ID tokens.

use crate::process;
use anyhow::anyhow;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::{rand, signature};
use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_secs(1);
/// About the length of an ID token of ours.
const MESSAGE: [u8; 700] = [b'x'; 700];

/// Time on the processor of one signature, one thread, prebuilt key.
///
/// # Errors
/// When the library fails.
pub fn measure() -> anyhow::Result<Duration> {
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no key"))?;
    let random = rand::SystemRandom::new();
    let mut out = vec![0; key.public_modulus_len()];
    let before = process::processor_time("/proc/thread-self/stat")?;
    let started = Instant::now();
    let mut made: u32 = 0;
    while started.elapsed() < TIME {
        key.sign(&signature::RSA_PKCS1_SHA256, &random, &MESSAGE, &mut out)
            .map_err(|_| anyhow!("no signature"))?;
        made = made.saturating_add(1);
    }
    let spent = process::processor_time("/proc/thread-self/stat")?.saturating_sub(before);
    spent.checked_div(made).ok_or_else(|| anyhow!("no signature"))
}

//! What a client is called.

use super::{Client, Faults};
use std::collections::BTreeMap;

impl Client {
    /// By language.
    pub(super) fn names(&self) -> BTreeMap<String, String> {
        [
            ("it", &self.client_name_it),
            ("en", &self.client_name_en),
            ("de", &self.client_name_de),
            ("fr", &self.client_name_fr),
            ("sl", &self.client_name_sl),
        ]
        .into_iter()
        .filter_map(|(language, name)| Some((language.to_owned(), name.clone()?)))
        .collect()
    }

    pub(super) fn check_names(&self, faults: &mut Faults) {
        faults.must_be_set("client_id", &self.client_id);
        faults.must_be_set("client_name", &self.client_name);
        if self.client_id.len() > 255 || !self.client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            faults.add(
                "client_id",
                "must be at most 255 visible ASCII characters without blanks",
            );
        }
        for (language, name) in self.names() {
            faults.must_be_set(&format!("client_name#{language}"), &name);
        }
    }
}

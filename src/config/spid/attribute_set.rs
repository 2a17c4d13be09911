//! `[[spid.attribute_set]]`: what may be asked of identity providers beside `spid.attributes`.

use super::{ATTRIBUTES, NEEDED, Spid};
use crate::config::check::Check;
use crate::config::organisation::italian_first;
use protocol::saml;
use protocol::saml::profile::eidas;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One further set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttributeSet {
    /// 1 to 98. It is registered with AgID: a set that changes gets another number. Required.
    pub index: u16,
    /// Everything that is asked together. Required.
    pub attributes: Vec<String>,
    /// What identity providers call the service, by language. Default: as `[spid.service_names]`.
    pub names: BTreeMap<String, String>,
}

/// The sets as the metadata have them; `names` are those of set 0.
pub(super) fn sets(spid: &Spid, names: &[(String, String)]) -> Vec<saml::AttributeSet> {
    let set = |written: &AttributeSet| {
        let own: Vec<(String, String)> = written.names.clone().into_iter().collect();
        saml::AttributeSet {
            index: written.index,
            names: match own.is_empty() {
                true => names.to_vec(),
                false => italian_first(&own, |(language, _)| language).cloned().collect(),
            },
            attributes: written.attributes.clone(),
        }
    };
    let mut sets: Vec<saml::AttributeSet> = spid.attribute_set.iter().map(set).collect();
    sets.sort_by_key(|set| set.index);
    if spid.eidas {
        sets.extend(eidas::attribute_sets());
    }
    sets
}

pub(super) fn check(spid: &Spid, check: &mut Check<'_>) {
    check_names(check, "spid.attributes", &spid.attributes);
    let mut indices = BTreeSet::new();
    for (number, set) in spid.attribute_set.iter().enumerate() {
        let prefix = format!("spid.attribute_set[{number}]");
        if set.index == 0 || set.index >= eidas::MINIMUM {
            let message = "must be 1 to 98: 0 is `spid.attributes`, 99 and 100 are the eIDAS node's";
            check.wrong(&format!("{prefix}.index"), message);
        } else if !indices.insert(set.index) {
            check.wrong(&format!("{prefix}.index"), "another set has this index");
        }
        check_names(check, &format!("{prefix}.attributes"), &set.attributes);
        if !set.names.is_empty() && !set.names.contains_key("it") {
            check.wrong(&format!("{prefix}.names"), "must have a name in Italian (`it`)");
        }
    }
}

fn check_names(check: &mut Check<'_>, setting: &str, attributes: &[String]) {
    let mut seen = BTreeSet::new();
    for (index, attribute) in attributes.iter().enumerate() {
        let place = format!("{setting}[{index}]");
        if !ATTRIBUTES.contains(&attribute.as_str()) {
            check.wrong(&place, "is no SPID attribute (names are case sensitive)");
        } else if !seen.insert(attribute) {
            check.wrong(&place, "appears twice");
        }
    }
    for needed in NEEDED {
        if !attributes.iter().any(|attribute| attribute == needed) {
            check.wrong(setting, format!("must contain `{needed}`: people are known by it"));
        }
    }
}

//! What must hold on every page: looked for in the HTML of every sample, in every language.

use super::gallery::{self, Picture};
use super::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An element with its attributes and the text directly or deeper inside it.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

const VOID: [&str; 6] = ["meta", "link", "input", "br", "img", "hr"];

fn elements(html: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = false;
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let element = element(&tag);
                if !VOID.contains(&element.name.as_str()) {
                    open.push(found.len());
                }
                found.push(element);
            }
            Event::Empty(tag) => found.push(element(&tag)),
            Event::End(tag) => {
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                let last = open.pop().expect("an element that nobody opened");
                assert_eq!(found[last].name, name, "elements must nest");
            }
            Event::Text(text) => {
                let text = String::from_utf8(text.to_vec()).unwrap();
                open.iter().for_each(|at| found[*at].text.push_str(&text));
            }
            Event::GeneralRef(_) => open.iter().for_each(|at| found[*at].text.push('?')),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "an element that nobody closed");
    found
}

fn element(tag: &BytesStart<'_>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Element {
        name: text(tag.name().as_ref()),
        attributes: tag
            .html_attributes()
            .map(|attribute| attribute.unwrap())
            .map(|attribute| (text(attribute.key.as_ref()), text(&attribute.value)))
            .collect(),
        text: String::new(),
    }
}

/// Looks at every page there is.
fn on_every_page(check: impl Fn(&Picture, &[Element])) {
    for picture in gallery::all() {
        check(picture, &elements(&picture.html));
    }
}

fn place(picture: &Picture) -> String {
    format!("{} in {}", picture.name, picture.language.tag())
}

#[test]
fn a_page_has_one_heading_of_the_first_rank_and_says_its_language() {
    on_every_page(|picture, elements| {
        let headings: Vec<_> = elements.iter().filter(|e| e.is("h1")).collect();
        assert_eq!(headings.len(), 1, "{}", place(picture));
        assert!(!headings[0].text.trim().is_empty());
        let html = elements.iter().find(|e| e.is("html")).unwrap();
        assert_eq!(html.get("lang"), Some(picture.language.tag()));
    });
}

#[test]
fn a_title_names_the_page_and_the_administration() {
    on_every_page(|picture, elements| {
        let title = elements.iter().find(|e| e.is("title")).unwrap().text.clone();
        let (page, service) = title.rsplit_once(" - ").unwrap();
        assert_eq!(service, "Unione Comuni Valle Serena");
        let heading = &elements.iter().find(|e| e.is("h1")).unwrap().text;
        let wrong = !picture.page["problem"].is_null();
        let prefix = match picture.language {
            Language::Italian => "Errore: ",
            Language::German => "Fehler: ",
            Language::English => "Error: ",
        };
        let wanted = format!("{}{heading}", if wrong { prefix } else { "" });
        assert_eq!(page, wanted, "{}", place(picture));
    });
}

#[test]
fn nothing_stands_inline_that_the_content_security_policy_refuses() {
    on_every_page(|picture, elements| {
        for element in elements {
            assert!(!element.is("style"), "{}", place(picture));
            for (attribute, value) in &element.attributes {
                assert!(
                    attribute != "style" && !attribute.starts_with("on"),
                    "{attribute}={value} in {}",
                    place(picture)
                );
            }
            if element.is("script") {
                assert!(element.get("src").is_some() && element.text.is_empty());
            }
        }
    });
}

#[test]
fn a_page_loads_only_files_of_ours_that_exist() {
    let assets = gallery::pages();
    let assets = assets.assets();
    let prefix = format!("/assets/{}/", assets.hash());
    on_every_page(|picture, elements| {
        for element in elements {
            let loaded = match element.name.as_str() {
                "script" | "img" => element.get("src"),
                "link" | "use" => element.get("href"),
                _ => None,
            };
            // A portal's logo: drawn by us, and in the store.
            if let Some(address) = loaded.filter(|address| !address.starts_with("/logos/")) {
                let path = address.strip_prefix(&prefix).unwrap_or_else(|| panic!("{address}"));
                let (path, icon) = path.split_once('#').unwrap_or((path, ""));
                let file = assets.find(path).unwrap_or_else(|| panic!("{path}"));
                let id = format!("id=\"{icon}\"");
                assert!(
                    icon.is_empty() || String::from_utf8_lossy(&file.bytes).contains(&id),
                    "no icon {icon} in {}",
                    place(picture)
                );
            }
        }
    });
}

#[test]
fn every_form_stays_on_this_site() {
    on_every_page(|picture, elements| {
        // The two pages that are there to leave: their response allows one more origin, and no other page has such a form.
        let leaves = [ToProviderPage::TEMPLATE, AnswerFormPage::TEMPLATE].contains(&picture.template);
        assert_eq!(elements.iter().any(|e| e.get("data-leaves").is_some()), leaves);
        for form in elements.iter().filter(|e| e.is("form")) {
            let action = form.get("action").unwrap();
            if leaves {
                assert_eq!(action, picture.page["action"].as_str().unwrap());
                continue;
            }
            assert!(
                action.starts_with('/') && !action.starts_with("//"),
                "{}",
                place(picture)
            );
        }
    });
}

#[test]
fn every_id_is_unique_and_every_reference_leads_somewhere() {
    on_every_page(|picture, elements| {
        let mut ids = BTreeSet::new();
        for id in elements.iter().filter_map(|e| e.get("id")) {
            assert!(ids.insert(id), "{id} stands twice in {}", place(picture));
        }
        for element in elements {
            let references = ["for", "aria-labelledby", "aria-describedby", "form"]
                .into_iter()
                .filter_map(|attribute| element.get(attribute))
                .flat_map(str::split_whitespace);
            let anchor = element.get("href").and_then(|href| href.strip_prefix('#'));
            for reference in references.chain(anchor) {
                assert!(ids.contains(reference), "#{reference} in {}", place(picture));
            }
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_picture_an_alternative() {
    on_every_page(|picture, elements| {
        let labelled: BTreeSet<&str> = elements.iter().filter_map(|e| e.get("for")).collect();
        for element in elements {
            let field = element.is("select")
                || element.is("textarea")
                || (element.is("input") && element.get("type") != Some("hidden"));
            if field {
                assert!(labelled.contains(element.get("id").unwrap()), "{}", place(picture));
            }
            if element.is("img") {
                assert!(element.get("alt").is_some());
            }
            if element.is("svg") {
                assert_eq!(element.get("aria-hidden"), Some("true"));
                assert_eq!(element.get("focusable"), Some("false"));
            }
            if element.is("a") || element.is("button") || element.is("summary") {
                let name = element.get("aria-label").unwrap_or(&element.text);
                assert!(!name.trim().is_empty(), "a link without a name in {}", place(picture));
            }
        }
    });
}

#[test]
fn every_page_leads_to_itself_in_every_language_and_to_what_the_law_wants() {
    on_every_page(|picture, elements| {
        let languages: Vec<&Element> = elements.iter().filter(|e| e.get("hreflang").is_some()).collect();
        assert_eq!(languages.len(), Language::ALL.len());
        for link in &languages {
            assert_eq!(link.get("lang"), link.get("hreflang"));
            let here = link.get("hreflang") == Some(picture.language.tag());
            assert_eq!(link.get("aria-current").is_some(), here);
        }
        for wanted in ["privacy-policy-link", "accessibility-link", "legal-notes", "contacts"] {
            let found = elements
                .iter()
                .filter(|e| e.get("data-element") == Some(wanted))
                .count();
            assert_eq!(found, 1, "{wanted} in {}", place(picture));
        }
        let first = elements.iter().find(|e| e.is("a")).unwrap();
        assert_eq!(first.get("href"), Some("#contenuto"), "the skip links come first");
    });
}

#[test]
fn whoever_is_signed_in_can_sign_out() {
    on_every_page(|picture, elements| {
        let out = elements.iter().any(|e| e.is("a") && e.get("href") == Some("/logout"));
        assert_eq!(out, picture.frame.signed_in.is_some(), "{}", place(picture));
    });
}

#[test]
fn a_proposed_profile_is_the_only_one_preselected() {
    on_every_page(|picture, elements| {
        let checked = elements.iter().filter(|e| e.get("checked").is_some()).count();
        let proposed = usize::from(picture.page["myself_selected"] == true)
            + picture.page["options"].as_array().map_or(0, |options| {
                options.iter().filter(|option| option["selected"] == true).count()
            });
        assert_eq!(checked, proposed, "{}", place(picture));
    });
}

/// A template asks only for what its context has; a slip in a condition would pass for "no".
#[test]
fn every_field_a_template_names_exists_in_its_context() {
    let frame = serde_json::to_value(&gallery::all()[0].frame).unwrap();
    let branding = serde_json::to_value(Branding::sample()).unwrap();
    let mut contexts: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for picture in gallery::all() {
        contexts.entry(picture.template).or_default().push(picture.page.clone());
    }
    for (template, source) in templates().unwrap() {
        let pages = contexts.get(template.as_str()).cloned().unwrap_or_default();
        for path in paths(&source, "page.") {
            assert!(pages.iter().any(|page| has(page, &path)), "page.{path} in {template}");
        }
        for path in paths(&source, "branding.") {
            assert!(has(&branding, &path), "branding.{path} in {template}");
        }
        for path in paths(&source, "frame.") {
            let whole = path.starts_with("signed_in") || has(&frame, &path);
            assert!(whole, "frame.{path} in {template}");
        }
    }
}

/// What follows `root` wherever it stands in a template.
fn paths(source: &str, root: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
    source
        .split(|c: char| !word(c))
        .filter_map(|word| word.strip_prefix(root))
        .map(str::to_owned)
        .collect()
}

fn has(context: &Value, path: &str) -> bool {
    let mut here = context;
    path.split('.').all(|name| match here.get(name) {
        Some(next) => {
            here = next;
            true
        }
        None => false,
    })
}

#[test]
fn no_text_is_translated_that_no_page_shows() {
    let mut sources: String = templates().unwrap().into_iter().map(|(_, source)| source).collect();
    sources.push_str(include_str!("markup.rs"));
    let ftl = include_str!("../../locales/it/frame.ftl");
    for key in texts::tests::arguments(Language::Italian).keys() {
        let literal = sources.contains(&format!("\"{key}\"")) || ftl.contains(&format!("{{ {key} }}"));
        let words: Vec<&str> = key.split('-').collect();
        let composed = (1..words.len())
            .map(|count| words[..count].join("-"))
            .any(|beginning| sources.contains(&format!("\"{beginning}-\" ~")));
        assert!(literal || composed, "{key}");
    }
}

/// Fields that hold a word or an instant of ours and not somebody's text.
const OURS: [&str; 24] = [
    "way",
    "request_issued_at",
    "response_issued_at",
    "parameter",
    "notice",
    "anomaly",
    "kind",
    "reason",
    "problem",
    "role",
    "scheme",
    "method",
    "time",
    "now",
    "until",
    "last_used",
    "verified_at",
    "since",
    "date_of_birth",
    "language",
    "tag",
    "short",
    "logo",
    "released",
];

/// Puts something hostile, with a number of its own, into every text below `value`.
fn poison(value: &mut Value, path: &str, placed: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            *text = format!(
                "/h{}h\"'><script>alert(1)</script>&amp;<b onclick=x {{{{ 1234 * 2 }}}}",
                placed.len()
            );
            placed.push(path.to_owned());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, path, placed)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut().filter(|(name, _)| !OURS.contains(&name.as_str())) {
                if path == ".search" && name == "roles" {
                    continue;
                }
                poison(field, &format!("{path}.{name}"), placed);
            }
        }
        _ => {}
    }
}

fn shape(html: &str) -> Vec<(String, Vec<String>)> {
    elements(html)
        .into_iter()
        .map(|e| (e.name, e.attributes.into_iter().map(|(name, _)| name).collect()))
        .collect()
}

#[test]
fn hostile_text_in_any_field_stays_text() {
    let pages = gallery::pages();
    let mut shown: BTreeMap<(&str, String), bool> = BTreeMap::new();
    for picture in gallery::all().iter().filter(|p| p.language == Language::English) {
        let mut page = picture.page.clone();
        let mut placed = Vec::new();
        poison(&mut page, "", &mut placed);
        let html = pages
            .render_value(picture.template, &picture.frame, tera::Value::from_serializable(&page))
            .unwrap();
        assert!(!html.contains("<script>") && !html.contains("2468"), "{}", picture.name);
        assert_eq!(shape(&html), shape(&picture.html), "{}", picture.name);
        for (number, path) in placed.into_iter().enumerate() {
            let seen = html.contains(&format!("/h{number}h"));
            *shown.entry((picture.template, path)).or_default() |= seen;
        }
    }
    let hidden: Vec<_> = shown.iter().filter(|(_, seen)| !**seen).collect();
    assert!(hidden.is_empty(), "fields that no sample shows: {hidden:?}");
    assert!(shown.len() > 40);
}

#[test]
fn hostile_text_around_a_page_stays_text() {
    let mut branding = serde_json::to_value(Branding::sample()).unwrap();
    let mut placed = Vec::new();
    poison(&mut branding, "", &mut placed);
    let pages = Pages::new(serde_json::from_value(branding).unwrap(), Vec::new()).unwrap();
    let hostile = "\"'><script>alert(1)</script>";
    let mut frame = Frame::new(Language::English, &format!("/login?a={hostile}")).signed_in(SignedIn {
        name: hostile.into(),
        account_href: Some(format!("/{hostile}")),
        logout_href: format!("/{hostile}"),
    });
    frame.acting_for = Some(hostile.into());
    let html = pages
        .render(&frame, &ErrorPage::new(ErrorKind::NotFound, Some(hostile.into())))
        .unwrap();
    assert!(!html.contains("<script>"));
    assert!(elements(&html).len() > 40);
    for (number, path) in placed.iter().enumerate() {
        assert!(html.contains(&format!("/h{number}h")), "{path}");
    }
}

/// The sample's mandate ends with 31 December: the instant it ends at already belongs to January.
#[test]
fn a_mandate_shows_its_last_day_as_each_language_writes_dates() {
    on_every_page(|picture, elements| {
        if picture.name == "chooser-many" {
            let wanted = match picture.language {
                Language::German => "bis 31.12.2026",
                Language::Italian => "fino al 31/12/2026",
                Language::English => "until 31/12/2026",
            };
            assert!(elements.iter().any(|e| e.is("span") && e.text.ends_with(wanted)));
        }
    });
}

#[test]
fn the_page_that_leads_back_has_a_refresh_and_a_link_to_the_same_address() {
    on_every_page(|picture, elements| {
        let refresh = elements.iter().find(|e| e.get("http-equiv") == Some("refresh"));
        assert_eq!(refresh.is_some(), picture.template == ReturningPage::TEMPLATE);
        if let Some(refresh) = refresh {
            let target = refresh.get("content").unwrap().strip_prefix("0; url=").unwrap();
            assert_eq!(target.replace("&amp;", "&"), picture.page["target"].as_str().unwrap());
            assert!(elements.iter().any(|e| e.is("a") && e.get("href") == Some(target)));
        }
    });
}

#[test]
fn a_page_that_would_lead_to_a_script_is_not_made() {
    let page = ReturningPage {
        target: "javascript:alert(1)".into(),
        service_name: "x".into(),
        signed_out: false,
    };
    let frame = Frame::new(Language::Italian, "/");
    let error = gallery::pages().render(&frame, &page).unwrap_err();
    assert!(error.to_string().contains("script"), "{error}");
}

#[test]
fn an_administration_that_configured_nothing_but_its_name_has_whole_pages() {
    let bare = Branding {
        name: "Ente".into(),
        tagline: None,
        parent: None,
        address: None,
        links: Links::default(),
    };
    let pages = Pages::new(bare, Vec::new()).unwrap();
    let frame = Frame::new(Language::Italian, "/");
    for (_, page) in LoginPage::samples() {
        elements(&pages.render(&frame, &page).unwrap());
    }
    for (_, page) in AnomalyPage::samples() {
        elements(&pages.render(&frame, &page).unwrap());
    }
    let html = pages
        .render(&frame, &ErrorPage::new(ErrorKind::Internal, None))
        .unwrap();
    assert!(!html.contains("data-element"));
}

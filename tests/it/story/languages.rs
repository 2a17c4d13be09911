//! Pages speak Italian, German and English.

use crate::harness::{Citizen, Portal, TestApp};

async fn language(app: &TestApp, citizen: &mut Citizen, address: &str) -> String {
    let page = citizen.open(app, address).await;
    let html = page
        .body
        .split("<html lang=\"")
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.body));
    html.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_speaks_italian_unless_somebody_wants_otherwise() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    assert_eq!(language(&app, &mut citizen, "/login").await, "it");
    citizen.languages = Some("de-AT,de;q=0.9,en;q=0.5".into());
    assert_eq!(language(&app, &mut citizen, "/login").await, "de");
}

#[tokio::test]
async fn the_portals_wish_counts_and_a_click_of_the_citizen_counts_more() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let page = citizen.open(&app, &portal.authorize(&[("ui_locales", "fr en")])).await;
    assert!(page.body.contains("<html lang=\"en\""));
    assert!(page.body.contains("Invoices"), "the service's English name");
    let address = format!("{}&lang=de", page.url);
    assert_eq!(language(&app, &mut citizen, &address).await, "de");
    // And is remembered, on this page of this login too.
    assert_eq!(language(&app, &mut citizen, page.url.as_str()).await, "de");
    assert_eq!(language(&app, &mut citizen, "/login").await, "de");
}

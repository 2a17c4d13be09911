//! Nothing personal and no secret in the log (attack 70).

use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

#[tokio::test]
async fn a_whole_run_with_its_mistakes_leaves_nothing_personal_in_the_log_70() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .with_ansi(false)
        .finish();
    // This test runs on one thread, so everything it does is heard.
    let _guard = tracing::subscriber::set_default(subscriber);

    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut spoilt = app.answer(&asked, &PROVALDI);
    spoilt.audience = "https://other.example.org".into();
    let spoilt = app.idp.sign(&spoilt);
    app.post_answer(&mut citizen, &asked, &spoilt).await;
    let good = app.idp.sign(&app.answer(&asked, &PROVALDI));
    let chooser = app.post_answer(&mut citizen, &asked, &good).await;
    app.post_answer(&mut citizen, &asked, &good).await;
    let login = chooser.field("login").unwrap();
    citizen
        .submit(
            &app,
            "/login/choose",
            &[("login", &login), ("acting", "stranger's words")],
        )
        .await;
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    let code = portal.code(&back);
    let tokens = portal.exchange(&app, &code).await;
    portal.userinfo(&app, &tokens.access_token).await;
    portal.token(&app, &code, &[]).await;
    citizen
        .open(
            &app,
            &portal.authorize(&[("redirect_uri", "https://strangers-words.example/")]),
        )
        .await;
    citizen
        .open(&app, &format!("/logout?id_token_hint={}", tokens.id_token))
        .await;

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("varco")).collect();
    assert!(ours.len() >= 5, "the test heard nothing: {log}");
    let session = citizen.cookie("varco_browser").unwrap();
    for secret in [
        "PRVMRA80A15H501A",
        "Provaldi",
        "Mario",
        "provaldi@",
        "1980-01-15",
        &code,
        &tokens.access_token,
        &tokens.id_token,
        session,
        "fatture-secret",
        &spoilt[..200],
        &good[..200],
        "stranger's words",
        "strangers-words",
    ] {
        assert!(
            !log.contains(secret),
            "{secret} is in the log:\n{}",
            line_with(&log, secret)
        );
    }
}

fn line_with<'a>(log: &'a str, secret: &str) -> &'a str {
    log.lines().find(|line| line.contains(secret)).unwrap_or_default()
}

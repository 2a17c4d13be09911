//! The client against a server of the machine itself.

use super::resolver::public_of;
use super::{Call, HttpClient, OutboundError, OutboundSettings};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers each connection with the next of `answers`, and tells how many came.
async fn server(answers: Vec<String>) -> (u16, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            request.truncate(read);
            let _ = tell.send(String::from_utf8(request).unwrap());
            stream.write_all(answer.as_bytes()).await.unwrap();
            if answer.is_empty() {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        }
    });
    (port, told)
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

fn client(allowed: &[String]) -> HttpClient {
    HttpClient::new(OutboundSettings {
        allow_hosts: allowed.iter().cloned().collect(),
        connect_timeout: Duration::from_secs(2),
        timeout: Duration::from_secs(5),
        ..OutboundSettings::default()
    })
    .unwrap()
}

#[tokio::test]
async fn attack_24_no_request_reaches_an_address_that_is_not_public() {
    let (port, mut came) = server(vec![ok("secret")]).await;
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "169.254.169.254",
        "10.0.0.1",
    ] {
        let told = client(&[]).call(Call::get(&format!("http://{host}:{port}/"))).await;
        assert_eq!(told, Err(OutboundError::NotPublic), "{host}");
    }
    assert!(came.try_recv().is_err(), "the server was reached");
}

#[tokio::test]
async fn a_host_that_the_operator_names_is_reached_on_that_port_only() {
    let (port, _) = server(vec![ok("hello")]).await;
    let client = client(&[format!("127.0.0.1:{port}")]);
    let answer = client
        .call(Call::get(&format!("http://127.0.0.1:{port}/")))
        .await
        .unwrap();
    assert_eq!(answer.success().unwrap(), b"hello");
    let other = client.call(Call::get("http://127.0.0.1:9/")).await;
    assert_eq!(other, Err(OutboundError::NotPublic));
}

#[test]
fn attack_24_a_name_with_a_public_and_a_private_address_leads_to_the_public_one() {
    let both = ["1.1.1.1:0".parse().unwrap(), "127.0.0.1:0".parse().unwrap()];
    assert_eq!(public_of(both.into_iter()).unwrap(), ["1.1.1.1:0".parse().unwrap()]);
    // The same name, asked again a moment later (DNS rebinding).
    assert!(public_of(["127.0.0.1:0".parse().unwrap()].into_iter()).is_err());
}

#[tokio::test]
async fn a_redirect_is_an_answer_unless_the_call_follows_it() {
    let (target, _) = server(vec![ok("there")]).await;
    let to = format!("http://127.0.0.1:{target}/there");
    let (port, _) = server(vec![moved(&to), moved(&to)]).await;
    let client = client(&["127.0.0.1".to_owned()]);
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(client.call(Call::get(&url)).await.unwrap().status, 302);
    assert_eq!(client.call(Call::get(&url).following(1)).await.unwrap().body, b"there");
}

#[tokio::test]
async fn attack_24_each_hop_of_a_redirect_is_looked_at() {
    let (inside, mut came) = server(vec![ok("secret")]).await;
    let (port, _) = server(vec![moved(&format!("http://localhost:{inside}/"))]).await;
    let client = client(&[format!("127.0.0.1:{port}")]);
    let told = client
        .call(Call::get(&format!("http://127.0.0.1:{port}/")).following(3))
        .await;
    assert_eq!(told, Err(OutboundError::NotPublic));
    assert!(came.try_recv().is_err());
}

#[tokio::test]
async fn redirects_end() {
    let (port, _) = server(vec![moved("/again"), moved("/again"), moved("/again")]).await;
    let client = client(&["127.0.0.1".to_owned()]);
    let told = client
        .call(Call::get(&format!("http://127.0.0.1:{port}/")).following(2))
        .await;
    assert_eq!(told, Err(OutboundError::Redirect));
}

#[tokio::test]
async fn what_is_longer_than_the_bound_is_not_read() {
    let (port, _) = server(vec![ok(&"x".repeat(100)), ok(&"x".repeat(101))]).await;
    let client = client(&["127.0.0.1".to_owned()]);
    let call = Call::get(&format!("http://127.0.0.1:{port}/")).at_most(100);
    assert_eq!(client.call(call.clone()).await.unwrap().body.len(), 100);
    assert_eq!(client.call(call).await, Err(OutboundError::TooLong));
}

#[tokio::test]
async fn attack_24_a_server_that_never_answers_is_left_in_time() {
    let (port, _) = server(vec![String::new()]).await;
    let client = client(&["127.0.0.1".to_owned()]);
    let begun = Instant::now();
    let call = Call::get(&format!("http://127.0.0.1:{port}/")).within(Duration::from_millis(300));
    assert_eq!(client.call(call).await, Err(OutboundError::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn an_error_does_not_tell_the_address() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let client = client(&["127.0.0.1".to_owned()]);
    let told = client
        .call(Call::get(&format!("http://127.0.0.1:{port}/PRVMRA80A15H501A")))
        .await
        .unwrap_err();
    assert!(matches!(told, OutboundError::NoConnection(_)), "{told:?}");
    assert!(!format!("{told} {told:?}").contains("PRVMRA"));
}

#[tokio::test]
async fn a_post_brings_its_body_and_follows_nothing() {
    let (port, mut came) = server(vec![moved("/elsewhere")]).await;
    let client = client(&["127.0.0.1".to_owned()]);
    let call = Call::post(&format!("http://127.0.0.1:{port}/"), "text/plain", b"logout".to_vec());
    let answer = client.call(call.following(3)).await.unwrap();
    assert_eq!(answer.clone().success(), Err(OutboundError::Status(302)));
    let request = came.recv().await.unwrap().to_lowercase();
    assert!(
        request.contains("content-type: text/plain") && request.ends_with("logout"),
        "{request}"
    );
}

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    for url in [
        "",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user:pw@example.com/",
        "/relative",
    ] {
        assert_eq!(client(&[]).call(Call::get(url)).await, Err(OutboundError::Url), "{url}");
    }
}

#[test]
fn root_certificates_that_are_none_do_not_start() {
    let told = HttpClient::new(OutboundSettings {
        root_certificates: Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into()),
        ..OutboundSettings::default()
    });
    assert!(matches!(told, Err(OutboundError::Setup(_))), "{told:?}");
}

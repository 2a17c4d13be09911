//! Clients that are slow on purpose, send too much, or never go away (attack 9 at the door).

use crate::harness::TestApp;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use varco::app::listener::{Patience, serve};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(200);
/// Far beyond any patience of these tests.
const FOR_EVER: Duration = Duration::from_secs(20);

const PATIENT: Patience = Patience {
    head: LONG,
    exchange: LONG,
    connection: LONG,
    end: LONG,
};

struct Served {
    _app: TestApp,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn served(patience: Patience) -> Served {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let router = app.router();
    let ended = tokio::spawn(async move {
        serve(listener, router, patience, async {
            let _ = stopped.await;
        })
        .await;
    });
    Served {
        _app: app,
        address,
        stop,
        ended,
    }
}

/// Sends `text` and reads until the service hangs up.
async fn talk(served: &Served, text: &str) -> String {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    // The service may hang up before it has everything.
    let _ = stream.write_all(text.as_bytes()).await;
    let mut answer = Vec::new();
    let read = timeout(FOR_EVER, stream.read_to_end(&mut answer)).await;
    // A reset is a way to hang up as well.
    let _ = read.expect("the service never hangs up");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_head_that_never_ends_and_a_silent_connection_are_hung_up_on() {
    let served = served(Patience { head: SHORT, ..PATIENT }).await;
    talk(&served, "GET /healthz HTTP/1.1\r\nHost: x\r\n").await;
    talk(&served, "").await;
    // After an answer as well.
    let answer = talk(&served, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let served = served(Patience {
        exchange: SHORT,
        head: SHORT,
        ..PATIENT
    })
    .await;
    let head = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\ngrant";
    let answer = talk(&served, head).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_connection_ends_however_busy_it_is() {
    let served = served(Patience {
        connection: SHORT,
        ..PATIENT
    })
    .await;
    let answer = talk(&served, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let served = served(Patience { head: SHORT, ..PATIENT }).await;
    let head = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    let answer = talk(&served, &head).await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn stopping_does_not_wait_for_those_who_never_finish() {
    let served = served(Patience { end: SHORT, ..PATIENT }).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    tokio::time::sleep(SHORT).await;
    served.stop.send(()).unwrap();
    timeout(FOR_EVER, served.ended).await.expect("it stops").unwrap();
}

//! Servers restart, and networks break. (Over two SQLite files there is no line to cut: there the same story
//! runs without the cut.)

use super::fixtures::{client, login, login_in_flight, now};
use crate::harness::stores::fresh;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};
use url::Url;
use varco::store::{Store, StoreError};

/// A line to a server that can be cut.
struct Line {
    listening: JoinHandle<()>,
    open: Arc<Mutex<Vec<AbortHandle>>>,
}

impl Line {
    /// A line to the server of `url`, and the URL that goes through it.
    async fn to(url: &str) -> (Line, String) {
        let mut url = Url::parse(url).unwrap();
        let server = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            // A file.
            _ => return (Line::none(), url.into()),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let open = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&open);
        let listening = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(&server).await.unwrap();
                let copying = tokio::spawn(async move {
                    let _ended = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
                kept.lock().unwrap().push(copying.abort_handle());
            }
        });
        (Line { listening, open }, url.into())
    }

    fn none() -> Line {
        Line {
            listening: tokio::spawn(async {}),
            open: Arc::default(),
        }
    }

    /// Breaks every open connection; new ones go through. Says how many there were.
    fn cut(&self) -> usize {
        let open = std::mem::take(&mut *self.open.lock().unwrap());
        open.iter().for_each(AbortHandle::abort);
        open.len()
    }

    /// Nothing goes through any more.
    fn remove(&self) {
        self.listening.abort();
        self.cut();
    }
}

#[tokio::test]
async fn a_brief_store_that_hung_up_costs_nobody_a_login() {
    let (_stores, database, brief) = fresh().await;
    let (line, through) = Line::to(&brief).await;
    let store = Store::open(&database, &through).await.unwrap();
    store.brief.put_login(&login_in_flight("l1"), now()).await.unwrap();
    assert_eq!(line.cut(), usize::from(brief.starts_with("redis:")));
    assert_eq!(
        store.brief.login(&login("l1"), now()).await.unwrap(),
        Some(login_in_flight("l1"))
    );
    line.cut();
    store.brief.remove_login(&login("l1")).await.unwrap();
    assert_eq!(store.brief.login(&login("l1"), now()).await.unwrap(), None);
}

#[tokio::test]
async fn a_brief_store_that_is_gone_is_unavailable_within_seconds() {
    let (_stores, database, brief) = fresh().await;
    let (line, through) = Line::to(&brief).await;
    let store = Store::open(&database, &through).await.unwrap();
    line.remove();
    let begun = std::time::Instant::now();
    let answer = store.brief.login(&login("l1"), now()).await;
    if brief.starts_with("redis:") {
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    } else {
        assert_eq!(answer.unwrap(), None);
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_database_that_hung_up_is_found_again() {
    let (_stores, database, brief) = fresh().await;
    let (line, through) = Line::to(&database).await;
    let store = Store::open(&through, &brief).await.unwrap();
    let mut unfinished = store.begin().await.unwrap();
    unfinished.upsert_client(&client("unfinished")).await.unwrap();
    let was_cut = line.cut() > 0;
    assert_eq!(was_cut, database.starts_with("postgres"));
    // What was under way is lost, and says so; what comes next works at the latest at its second try.
    assert_eq!(unfinished.commit().await.is_err(), was_cut);
    let mut clients = store.clients().await;
    if clients.is_err() {
        clients = store.clients().await;
    }
    assert_eq!(clients.unwrap().len(), usize::from(!was_cut));
}

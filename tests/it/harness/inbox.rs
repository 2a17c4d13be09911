//! Where portals are told of logouts: a server on this machine that keeps what it is sent.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use varco::outbound::HttpClient;
use varco::outbound::http::OutboundSettings;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Post {
    /// Request line and header fields.
    pub head: String,
    pub body: String,
}

impl Post {
    /// The path that was asked for.
    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// A field of the form.
    pub fn field(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// Keeps what comes, and answers as it was told last.
#[derive(Debug, Clone)]
pub struct Inbox {
    port: u16,
    posts: Arc<Mutex<Vec<Post>>>,
    answer: Arc<Mutex<String>>,
}

impl Inbox {
    /// One that answers 200.
    pub async fn open() -> Inbox {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let inbox = Inbox {
            port: listener.local_addr().unwrap().port(),
            posts: Arc::default(),
            answer: Arc::default(),
        };
        inbox.answers("200 OK");
        let at_work = inbox.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let inbox = at_work.clone();
                tokio::spawn(async move { inbox.take(stream).await });
            }
        });
        inbox
    }

    async fn take(&self, mut stream: TcpStream) {
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        let post = loop {
            let length = stream.read(&mut part).await.unwrap_or(0);
            if length == 0 {
                return;
            }
            bytes.extend_from_slice(&part[..length]);
            if let Some(post) = whole(&bytes) {
                break post;
            }
        };
        self.posts.lock().unwrap().push(post);
        let answer = self.answer.lock().unwrap().clone();
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    /// Answers so from now on: a status, and further header fields on lines of their own.
    pub fn answers(&self, status: &str) {
        *self.answer.lock().unwrap() = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }

    /// What came so far, by path.
    pub fn posts(&self) -> Vec<Post> {
        let mut posts = self.posts.lock().unwrap().clone();
        posts.sort_by(|a, b| a.path().cmp(b.path()));
        posts
    }

    /// How often it was called.
    pub fn count(&self) -> usize {
        self.posts.lock().unwrap().len()
    }

    /// What an operator allows to reach it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// An address of it.
    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// A way out that may call it, and nothing else of this machine.
    pub fn way_there(&self) -> HttpClient {
        HttpClient::new(OutboundSettings {
            allow_hosts: [self.host()].into(),
            ..OutboundSettings::default()
        })
        .unwrap()
    }
}

/// The request, once all of it is there.
fn whole(bytes: &[u8]) -> Option<Post> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (body.len() >= length.unwrap_or(0)).then(|| Post {
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

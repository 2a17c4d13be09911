//! The least HTTP/1.1 that the bench needs: one kept connection, small answers, nothing clever. What the driver
//! saves on its side of the machine, the server has.

use anyhow::{Context as _, bail, ensure};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// One kept connection.
#[derive(Debug)]
pub struct Connection {
    reader: BufReader<TcpStream>,
    host: String,
    request: Vec<u8>,
}

/// One answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// `Set-Cookie`, each as `name=value`.
    pub cookies: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects to `address`, which calls itself `host` (with port).
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr, host: &str) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection {
            reader: BufReader::new(stream),
            host: host.to_owned(),
            request: Vec::new(),
        })
    }

    /// `headers`: complete lines, each with its end.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is not HTTP.
    pub fn get(&mut self, target: &str, headers: &str) -> anyhow::Result<Answer> {
        self.request.clear();
        write!(
            self.request,
            "GET {target} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n",
            self.host
        )?;
        self.exchange()
    }

    /// Posts a form. `headers`: complete lines, each with its end.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is not HTTP.
    pub fn post(&mut self, target: &str, headers: &str, form: &str) -> anyhow::Result<Answer> {
        self.request.clear();
        write!(
            self.request,
            "POST {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n{headers}\r\n{form}",
            self.host,
            form.len()
        )?;
        self.exchange()
    }

    fn exchange(&mut self) -> anyhow::Result<Answer> {
        self.reader.get_mut().write_all(&self.request)?;
        let mut line = self.line()?;
        let status = line.split(' ').nth(1).context("no status")?.parse()?;
        let mut answer = Answer {
            status,
            ..Answer::default()
        };
        let mut length = 0;
        loop {
            line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "location" => answer.location = Some(value.to_owned()),
                "set-cookie" => answer
                    .cookies
                    .push(value.split(';').next().unwrap_or_default().to_owned()),
                "transfer-encoding" => bail!("an answer in pieces, which the bench does not read"),
                _ => {}
            }
        }
        ensure!(length <= LARGEST_ANSWER, "an answer of {length} bytes");
        answer.body = vec![0; length];
        self.reader.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    /// One line, without its end.
    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        ensure!(self.reader.read_line(&mut line)? > 0, "the server hung up");
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    /// The body as text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self) -> anyhow::Result<&str> {
        Ok(std::str::from_utf8(&self.body)?)
    }

    /// Where the answer sends the browser.
    ///
    /// # Errors
    /// When it is no redirect.
    pub fn redirect(&self) -> anyhow::Result<&str> {
        self.location
            .as_deref()
            .with_context(|| format!("status {} and no Location", self.status))
    }
}

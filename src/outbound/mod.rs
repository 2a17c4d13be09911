//! The only HTTP client. Everything it does is bounded: time, size, redirects (none).

use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// Longest whole exchange.
const EXCHANGE: Duration = Duration::from_secs(10);
/// Largest answer that is read.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// No connection, no answer in time, or not HTTP.
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// More than a megabyte.
    #[error("answer too long")]
    TooLong,
    /// The answer's head cannot be represented.
    #[error("answer malformed")]
    Malformed,
}

/// An HTTP client with bounds. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpClient(reqwest::Client);

impl HttpClient {
    /// A client that follows no redirect.
    ///
    /// # Errors
    /// [`OutboundError::NoAnswer`] when TLS cannot be set up.
    pub fn new() -> Result<HttpClient, OutboundError> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(EXCHANGE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(HttpClient(client))
    }

    /// Sends `request` and reads the whole answer.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OutboundError> {
        let request = reqwest::Request::try_from(request)?;
        let mut answer = self.0.execute(request).await?;
        let mut builder = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            builder = builder.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len().saturating_add(chunk.len()) > ANSWER_LIMIT {
                return Err(OutboundError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        builder.body(body).map_err(|_| OutboundError::Malformed)
    }
}

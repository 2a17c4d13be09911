//! Connections, with bounds: a client that is slow on purpose, or never goes away, holds nothing for
//! long (Slowloris), and stopping the service waits for nobody without end.

use crate::web::Peer;
use axum::Router;
use axum::http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutLayer;

/// Most connections at one time; whoever comes next waits in the kernel's queue.
const CONNECTIONS: u32 = 4096;
/// Largest head of a request (target and fields together), bytes: four times the parameters that are read.
const HEAD_LIMIT: usize = 64 * 1024;
/// Pause when the system has no file left for another connection.
const OUT_OF_FILES: Duration = Duration::from_millis(200);

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To send the head of a request, from the end of the one before.
    pub head: Duration,
    /// For one request, from the end of its head to the beginning of the answer, body included.
    pub exchange: Duration,
    /// For a connection with all its requests; the next one opens another.
    pub connection: Duration,
    /// To finish what is in flight when the connection or the service is about to end.
    pub end: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            head: Duration::from_secs(20),
            exchange: Duration::from_secs(30),
            connection: Duration::from_secs(600),
            end: Duration::from_secs(20),
        }
    }
}

/// Serves `router` until `stop` is done, then finishes what is in flight.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, stop: impl Future<Output = ()>) {
    let router = timed(router, patience);
    serve_each(listener, patience, stop, move |stream, address, stopped| {
        connection(stream, router.clone(), Peer(address), patience, true, stopped)
    })
    .await;
}

/// No request of `router` takes longer than an exchange may.
pub(super) fn timed(router: Router, patience: Patience) -> Router {
    router.layer(TimeoutLayer::with_status_code(
        StatusCode::REQUEST_TIMEOUT,
        patience.exchange,
    ))
}

/// Hands each connection, with the address it comes from, to `handle` until `stop` is done; then waits for what is in
/// flight. The receiver that `handle` gets is told when that is.
pub(super) async fn serve_each<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    patience: Patience,
    stop: impl Future<Output = ()>,
    handle: impl Fn(TcpStream, SocketAddr, watch::Receiver<()>) -> F,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let (stopping, stopped) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, address, place)) = accepted else {
            continue;
        };
        let handled = handle(stream, address, stopped.clone());
        tokio::spawn(async move {
            handled.await;
            drop(place);
        });
    }
    drop(listener);
    drop(stopping);
    if timeout(patience.end, places.acquire_many(CONNECTIONS)).await.is_err() {
        tracing::warn!("stopped with requests in flight");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are small and the browser waits: nothing is gained by waiting for more to send.
            let _ = stream.set_nodelay(true);
            Some((stream, address, place))
        }
        Err(error) => {
            tracing::warn!(%error, "connection not accepted");
            sleep(OUT_OF_FILES).await;
            None
        }
    }
}

/// The requests of one connection, each of which bears who is at its other end; with `keep_alive` off there is only one.
pub(super) async fn connection<S, P>(
    stream: S,
    router: Router,
    peer: P,
    patience: Patience,
    keep_alive: bool,
    mut stopped: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    P: Clone + Send + Sync + 'static,
{
    let router = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        request
    });
    let mut served = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience.head)
            .max_header_size(HEAD_LIMIT)
            .keep_alive(keep_alive)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    tokio::select! {
        // What a client does wrong on the wire is its own affair.
        _ = served.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(patience.connection) => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = timeout(patience.end, served).await;
}

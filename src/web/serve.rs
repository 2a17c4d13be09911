//! The listener: every connection is bounded in time, in size and in number, so that slow or many
//! strangers cannot keep citizens out.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long a request's head may take to arrive; an idle connection is closed after it too.
const HEAD: Duration = Duration::from_secs(30);
/// How long what is in flight may take once the service is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
/// Connections at a time; the next ones wait in the kernel's queue.
const CONNECTIONS: usize = 4096;
/// Largest head of a request: our longest query, and cookies.
const HEAD_LIMIT: usize = 64 * 1024;
/// When the system has no file handles left, trying again at once only burns the processor.
const BREATH: Duration = Duration::from_millis(50);

/// Serves `router` on `listener` until `stop` is done, then finishes what is in flight.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()> + Send) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_LIMIT);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = &mut stop => break,
        };
        let (Some(stream), Ok(place)) = (stream, Arc::clone(&room).try_acquire_owned()) else {
            continue;
        };
        // Answers are small and the browser waits: nothing is gained by waiting for more to send.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A browser that goes away in the middle is no news.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST_ANSWERS, graceful.shutdown()).await;
}

/// The next connection, once there is room for it.
async fn accept(listener: &TcpListener, room: &Semaphore) -> Option<TcpStream> {
    // Only this loop takes places, so the one that is free now is still free afterwards.
    drop(room.acquire().await.ok()?);
    match listener.accept().await {
        Ok((stream, _)) => Some(stream),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(BREATH).await;
            None
        }
    }
}

//! kill -9 at any moment, then start again (issue 2, "Bad input").

use super::fixtures::{grant, id, login, login_in_flight, now, session, settle_mario, winners};
use crate::harness::stores::fresh;
use std::path::Path;
use varco::store::Store;

/// What is on disk now, as a process that is killed leaves it: no farewell to the files.
fn killed(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let name = file.file_name();
        // -shm is shared memory, rebuilt from -wal.
        if file.file_type().unwrap().is_file() && !name.to_str().unwrap().ends_with("-shm") {
            std::fs::copy(file.path(), to.join(name)).unwrap();
        }
    }
}

#[tokio::test]
async fn killed_between_two_steps_nothing_is_lost_and_the_login_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before");
    let url = |folder: &Path, name: &str| format!("sqlite:{}", folder.join(name).display());
    let store = Store::open(&url(&before, "varco.db"), &url(&before, "brief.db"))
        .await
        .unwrap();
    settle_mario(&store).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_grant(&grant(100, 1), &login("l1"), &[7; 32]).await.unwrap());
    tx.commit().await.unwrap();
    store.brief.put_login(&login_in_flight("l2"), now()).await.unwrap();
    store
        .brief
        .put_session(&session(), session().created_at + chrono::TimeDelta::hours(8), now())
        .await
        .unwrap();
    let mut unfinished = store.begin().await.unwrap();
    assert!(unfinished.redeem_code(&[1; 32], now()).await.unwrap());

    let after = folder.path().join("after");
    killed(&before, &after);

    let store = Store::open(&url(&after, "varco.db"), &url(&after, "brief.db"))
        .await
        .unwrap();
    let kept = store.grant(id(100)).await.unwrap().unwrap();
    assert_eq!(kept.code.redeemed_at, None, "what was not committed did not happen");
    assert_eq!(
        store.brief.login(&login("l2"), now()).await.unwrap(),
        Some(login_in_flight("l2"))
    );
    assert_eq!(store.brief.session(&[7; 32], now()).await.unwrap(), Some(session()));
}

#[tokio::test]
async fn a_second_server_on_the_same_stores_sees_the_login_of_the_first() {
    let (_stores, database, brief) = fresh().await;
    let one = Store::open(&database, &brief).await.unwrap();
    let other = Store::open(&database, &brief).await.unwrap();
    one.brief.put_login(&login_in_flight("l1"), now()).await.unwrap();
    assert_eq!(
        other.brief.login(&login("l1"), now()).await.unwrap(),
        Some(login_in_flight("l1"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_do_not_redeem_one_code_twice() {
    let (_stores, database, brief) = fresh().await;
    let servers = [
        Store::open(&database, &brief).await.unwrap(),
        Store::open(&database, &brief).await.unwrap(),
    ];
    settle_mario(&servers[0]).await;
    let mut tx = servers[0].begin().await.unwrap();
    tx.insert_grant(&grant(100, 1), &login("l1"), &[7; 32]).await.unwrap();
    tx.commit().await.unwrap();
    let won = winners(|number| {
        let store = servers[number % 2].clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            let won = tx.redeem_code(&[1; 32], now()).await.unwrap();
            tx.commit().await.unwrap();
            won
        }
    })
    .await;
    assert_eq!(won, 1);
}

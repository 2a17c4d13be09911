//! A fresh pair of stores for each test: two SQLite files, or (when the environment names servers, as
//! `conformance/with-servers` does) a PostgreSQL database of its own and a Redis prefix of its own.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use varco::store::Store;

/// The URL of a PostgreSQL server on which this user may create databases.
pub const DATABASE: &str = "VARCO_TEST_DATABASE_URL";
/// The URL of a Redis server.
pub const BRIEF: &str = "VARCO_TEST_BRIEF_URL";

/// Any number; everybody who builds the template takes the lock of this name.
const TEMPLATE_LOCK: i64 = 0x0076_6172_636f;

/// Keeps the stores of one test; they go when it goes.
pub struct Stores {
    folder: TempDir,
    _database: Option<OwnDatabase>,
}

impl Stores {
    /// A folder of this test, removed afterwards.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Empty, migrated stores: what keeps them, the database's URL, the brief store's URL.
pub async fn fresh() -> (Stores, String, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let (database_url, database) = match std::env::var(DATABASE) {
        Ok(server) => {
            let own = OwnDatabase::create(&server, &format!("varco-test-{name}")).await;
            (own.url.clone(), Some(own))
        }
        Err(_) => (file("varco.db"), None),
    };
    let brief_url = match std::env::var(BRIEF) {
        Ok(server) => format!("{server}?prefix=test-{name}"),
        Err(_) => file("brief.db"),
    };
    (
        Stores {
            folder,
            _database: database,
        },
        database_url,
        brief_url,
    )
}

/// Runs SQL behind the store's back, as a bad day would; gives the first column of what comes, as numbers.
pub async fn behind_its_back(database_url: &str, sql: &str) -> Result<Vec<i64>, sqlx::Error> {
    match database_url.strip_prefix("sqlite:") {
        Some(file) => in_the_file(file, sql).map_err(|error| sqlx::Error::Protocol(error.to_string())),
        None => {
            let mut connection = PgConnection::connect(database_url).await?;
            let rows = connection.fetch_all(AssertSqlSafe(sql.to_owned())).await?;
            rows.iter().map(|row| row.try_get(0)).collect()
        }
    }
}

/// Takes away what the database itself does against changes, as somebody with its administrator's rights could.
pub async fn disarm(database_url: &str) {
    const TABLES: [&str; 3] = ["security_event", "saml_transaction", "seal_segment"];
    const TRIGGERS: [&str; 10] = [
        "security_event_no_update",
        "security_event_sealed_once",
        "security_event_no_delete",
        "saml_transaction_no_update",
        "saml_transaction_settled",
        "saml_transaction_sealed_once",
        "saml_transaction_no_delete",
        "seal_segment_no_update",
        "seal_segment_purged_once",
        "seal_segment_no_delete",
    ];
    let statements: Vec<String> = match database_url.starts_with("sqlite:") {
        true => TRIGGERS.iter().map(|name| format!("DROP TRIGGER {name}")).collect(),
        false => TABLES
            .iter()
            .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
            .collect(),
    };
    for statement in statements {
        behind_its_back(database_url, &statement).await.unwrap();
    }
}

fn in_the_file(file: &str, sql: &str) -> rusqlite::Result<Vec<i64>> {
    let connection = rusqlite::Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "foreign_keys", false)?;
    let mut statement = connection.prepare(sql)?;
    let numbers = statement.query_map([], |row| row.get(0))?;
    numbers.collect()
}

/// A database that one test made for itself.
struct OwnDatabase {
    server: String,
    name: String,
    url: String,
}

impl OwnDatabase {
    async fn create(server: &str, name: &str) -> OwnDatabase {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(|| template(server)).await;
        let mut connection = PgConnection::connect(server).await.unwrap();
        // A process of the same number may have left one behind.
        run(
            &mut connection,
            format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"),
        )
        .await;
        run(
            &mut connection,
            format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""),
        )
        .await;
        connection.close().await.unwrap();
        OwnDatabase {
            server: server.to_owned(),
            name: name.to_owned(),
            url: at(server, name),
        }
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let (server, statement) = (
            self.server.clone(),
            format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name),
        );
        // On a thread of its own: the test's runtime may be the one that is being dropped.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let mut connection = PgConnection::connect(&server).await.unwrap();
                run(&mut connection, statement).await;
            });
        });
        if dropped.join().is_err() && !std::thread::panicking() {
            panic!("database {} was not dropped", self.name);
        }
    }
}

/// The migrated database that all others are copied from; made once for each state of the migrations.
async fn template(server: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).unwrap().hash(&mut hasher);
    }
    let name = format!("varco-template-{:016x}", hasher.finish());

    let mut connection = PgConnection::connect(server).await.unwrap();
    // Held until this connection closes: other test processes wait here.
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut connection)
        .await
        .unwrap();
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    if !there {
        let unfinished = format!("{name}-unfinished");
        run(
            &mut connection,
            format!("DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)"),
        )
        .await;
        run(&mut connection, format!("CREATE DATABASE \"{unfinished}\"")).await;
        let scratch = tempfile::tempdir().unwrap();
        let brief = format!("sqlite:{}", scratch.path().join("brief.db").display());
        let store = Store::open(&at(server, &unfinished), &brief).await.unwrap();
        store.close().await;
        run(
            &mut connection,
            format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{name}\""),
        )
        .await;
    }
    connection.close().await.unwrap();
    name
}

async fn run(connection: &mut PgConnection, statement: String) {
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// The URL of another database of the same server.
fn at(server: &str, database: &str) -> String {
    let options: PgConnectOptions = server.parse().unwrap();
    options.database(database).to_url_lossy().into()
}

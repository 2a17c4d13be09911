//! The migrations in the program (`migrations/`): `0022_refresh_token_grant.sql` is number 22, "refresh token grant".

use rust_embed::RustEmbed;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

#[derive(RustEmbed)]
#[folder = "migrations/sqlite"]
struct Sqlite;

#[derive(RustEmbed)]
#[folder = "migrations/postgres"]
struct Postgres;

/// Those of SQLite, in order.
pub(super) fn of_sqlite() -> Migrator {
    embedded::<Sqlite>()
}

/// Those of PostgreSQL, in order.
pub(super) fn of_postgres() -> Migrator {
    embedded::<Postgres>()
}

fn embedded<Files: RustEmbed>() -> Migrator {
    Migrator::with_migrations(Files::iter().filter_map(|name| migration::<Files>(&name)).collect())
}

fn migration<Files: RustEmbed>(name: &str) -> Option<Migration> {
    let (number, words) = name.strip_suffix(".sql")?.split_once('_')?;
    let sql = String::from_utf8(Files::get(name)?.data.into_owned()).ok()?;
    Some(Migration::new(
        number.parse().ok()?,
        words.replace('_', " ").into(),
        MigrationType::Simple,
        AssertSqlSafe(sql).into_sql_str(),
        false,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_migration_and_both_engines_have_the_same_ones() {
        let names = |migrator: Migrator| -> Vec<(i64, String)> {
            let migrations = migrator.iter();
            migrations
                .map(|one| (one.version, one.description.to_string()))
                .collect()
        };
        let sqlite = names(of_sqlite());
        assert_eq!(sqlite.len(), Sqlite::iter().count(), "a file that is no migration");
        assert_eq!(sqlite.first(), Some(&(1, "main job".to_owned())));
        assert!(
            sqlite
                .iter()
                .any(|(number, name)| (*number, name.as_str()) == (22, "refresh token grant"))
        );
        let postgres = names(of_postgres());
        assert_eq!(postgres.len(), Postgres::iter().count());
        assert_eq!(sqlite, postgres);
    }
}

//! Rules of the store that a machine can keep.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files below `src` and `crates` in which one of `words` stands, but for those below `allowed`.
fn files_with(words: &[&str], allowed: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["src", "crates"] {
        rust_files(&root().join(folder), &mut files);
    }
    assert!(files.iter().any(|file| file.starts_with(root().join(allowed))));
    files.retain(|file| {
        let text = std::fs::read_to_string(file).unwrap();
        !file.starts_with(root().join(allowed)) && words.iter().any(|word| text.contains(word))
    });
    files
}

#[test]
fn both_engines_have_the_same_migrations() {
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}

#[test]
fn sql_is_never_put_together_from_strings_outside_store_sql() {
    assert_eq!(files_with(&["AssertSqlSafe"], "src/store/sql"), Vec::<PathBuf>::new());
}

#[test]
fn only_the_store_knows_sqlx_and_redis() {
    assert_eq!(files_with(&["sqlx::", "redis::"], "src/store"), Vec::<PathBuf>::new());
}

#[test]
fn only_one_folder_asks_which_engine_it_is() {
    let elsewhere: Vec<PathBuf> = files_with(&["Pools::Sqlite", "Pools::Postgres"], "src/store/sql");
    assert_eq!(elsewhere, Vec::<PathBuf>::new());
}

/// PostgreSQL refuses a prepared `SELECT *` once a newer release added a column, while this one still runs.
#[test]
fn columns_are_named() {
    let mut files = Vec::new();
    rust_files(&root().join("src/store"), &mut files);
    files.retain(|file| std::fs::read_to_string(file).unwrap().contains("SELECT *"));
    assert_eq!(files, Vec::<PathBuf>::new());
}

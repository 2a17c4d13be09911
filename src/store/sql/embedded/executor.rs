//! A statement runs while its future is polled, from the first row to the last.

use super::row::{EmbeddedColumn, EmbeddedDone, EmbeddedRow};
use super::statement::EmbeddedStatement;
use super::value::EmbeddedType;
use super::{Embedded, EmbeddedConnection, error};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use rusqlite::Statement;
use rusqlite::types::Value;
use sqlx::{Either, Error, Execute, Executor, SqlStr};
use std::sync::Arc;

/// How many rows the caller looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    First,
    All,
}

impl EmbeddedConnection {
    fn run<'q>(
        &mut self,
        mut query: impl Execute<'q, Embedded>,
        wanted: Rows,
    ) -> Result<(Vec<EmbeddedRow>, EmbeddedDone), Error> {
        let arguments = query.take_arguments().map_err(Error::Encode)?;
        let sql = query.sql();
        let mut statement = self.sqlite.prepare_cached(sql.as_str()).map_err(error::from)?;
        arguments.unwrap_or_default().bind(&mut statement)?;
        let columns = match self.columns.get(sql.as_str()) {
            Some(columns) => Arc::clone(columns),
            None => {
                let columns = columns_of(&statement);
                self.columns.insert(sql.as_str().to_owned(), Arc::clone(&columns));
                columns
            }
        };
        // What changes something is read to its end: SQLite looks at foreign keys after the last row.
        let reads = statement.readonly();
        let mut rows = Vec::new();
        let mut cursor = statement.raw_query();
        while let Some(row) = cursor.next().map_err(error::from)? {
            if rows.is_empty() || wanted == Rows::All {
                let values = (0..columns.len()).map(|place| row.get(place));
                let values = values.collect::<Result<Vec<Value>, _>>().map_err(error::from)?;
                rows.push(EmbeddedRow {
                    columns: Arc::clone(&columns),
                    values,
                });
            }
            if reads && wanted == Rows::First {
                break;
            }
        }
        let changed = if reads { 0 } else { self.sqlite.changes() };
        Ok((rows, EmbeddedDone { changed }))
    }
}

fn columns_of(statement: &Statement<'_>) -> Arc<[EmbeddedColumn]> {
    let names = statement.column_names().into_iter().enumerate();
    names
        .map(|(ordinal, name)| EmbeddedColumn {
            ordinal,
            name: name.to_owned(),
        })
        .collect()
}

impl<'c> Executor<'c> for &'c mut EmbeddedConnection {
    type Database = Embedded;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<EmbeddedDone, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Embedded>,
    {
        Box::pin(async move { self.run(query, Rows::First).map(|(_, done)| done) })
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<EmbeddedDone, EmbeddedRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Embedded>,
    {
        stream::once(async move { self.run(query, Rows::All) })
            .map_ok(|(rows, done)| {
                let rows = rows.into_iter().map(Either::Right);
                stream::iter(rows.chain([Either::Left(done)]).map(Ok))
            })
            .try_flatten()
            .boxed()
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<EmbeddedRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Embedded>,
    {
        Box::pin(async move { self.run(query, Rows::All).map(|(rows, _)| rows) })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<EmbeddedRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Embedded>,
    {
        Box::pin(async move { self.run(query, Rows::First).map(|(rows, _)| rows.into_iter().next()) })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        _parameters: &'e [EmbeddedType],
    ) -> BoxFuture<'e, Result<EmbeddedStatement, Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let statement = self.sqlite.prepare_cached(sql.as_str()).map_err(error::from)?;
            let (columns, parameters) = (columns_of(&statement), statement.parameter_count());
            drop(statement);
            Ok(EmbeddedStatement {
                sql,
                columns,
                parameters,
            })
        })
    }
}

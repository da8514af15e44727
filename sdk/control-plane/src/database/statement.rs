//! Statements put together piece by piece. Text comes from this program only; every value is bound.

use futures_util::TryStreamExt as _;
use sqlx::{
    Any, AssertSqlSafe, Encode, Executor, FromRow, Type,
    any::{AnyArguments, AnyRow},
};

/// A statement and the values of its parameters.
#[derive(Default)]
pub(crate) struct Statement {
    text: String,
    arguments: AnyArguments,
    count: usize,
}

impl Statement {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Binds a value and writes its parameter.
    pub(crate) fn push_bind<'q, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'q, Any> + Type<Any>,
    {
        let parameter = self.bind(value);
        self.push(&parameter)
    }

    /// Binds a value and answers with its parameter, to be written where it belongs.
    pub(crate) fn bind<'q, T>(&mut self, value: T) -> String
    where
        T: Encode<'q, Any> + Type<Any>,
    {
        sqlx::Arguments::add(&mut self.arguments, value).expect("texts, numbers and bytes can be bound");
        self.count += 1;
        format!("${}", self.count)
    }

    /// Writes parameters for all of `values`, with commas between them.
    pub(crate) fn push_list(&mut self, values: &[&str]) -> &mut Self {
        let parameters: Vec<String> = values.iter().map(|value| self.bind(*value)).collect();
        self.push(&parameters.join(", "))
    }

    pub(crate) async fn fetch_all<T>(
        self,
        executor: impl Executor<'_, Database = Any>,
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        sqlx::query_as_with(AssertSqlSafe(self.text), self.arguments).fetch_all(executor).await
    }

    /// The rows up to the one with which they are larger than `most` in all. What comes after it is not read.
    pub(crate) async fn fetch_until<T>(
        self,
        executor: impl Executor<'_, Database = Any>,
        (most, size): (usize, fn(&T) -> usize),
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let mut coming = sqlx::query_as_with(AssertSqlSafe(self.text), self.arguments).fetch(executor);
        let (mut rows, mut taken) = (Vec::new(), 0);
        while let Some(row) = coming.try_next().await? {
            taken += size(&row);
            rows.push(row);
            if taken > most {
                break;
            }
        }
        Ok(rows)
    }

    pub(crate) async fn fetch_optional<T>(
        self,
        executor: impl Executor<'_, Database = Any>,
    ) -> Result<Option<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        sqlx::query_as_with(AssertSqlSafe(self.text), self.arguments).fetch_optional(executor).await
    }

    pub(crate) async fn execute(
        self,
        executor: impl Executor<'_, Database = Any>,
    ) -> Result<u64, sqlx::Error> {
        let done = sqlx::query_with(AssertSqlSafe(self.text), self.arguments).execute(executor).await?;
        Ok(done.rows_affected())
    }
}

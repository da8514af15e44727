//! The definitions that a model had earlier, and the way from each to the present one.

use std::marker::PhantomData;

use serde_json::Value as Json;

use crate::{
    DecodeError, Diagnostic, Dynamic, JsonError, Model, ObjectSchema, Path, Resource, UnknownMembers,
};

/// A resource type whose stored form has changed incompatibly.
pub trait Upgrade: Resource {
    /// Every definition it had, the oldest first, each made from the one before:
    ///
    /// ```ignore
    /// History::<ParcelV0>::since(0).then::<ParcelV1>().then::<ParcelModel>()
    /// ```
    #[must_use]
    fn history() -> History<Self::Model>;
}

/// The versions of a model, up to `M`.
#[derive(Clone, Debug)]
pub struct History<M> {
    versions: Versions,
    latest: PhantomData<fn() -> M>,
}

/// A history without the Rust type of its latest version.
#[derive(Clone, Debug)]
pub struct Versions {
    first: i64,
    steps: Vec<Step>,
}

/// From one version to the next.
#[derive(Clone, Copy, Debug)]
struct Step {
    schema: fn() -> ObjectSchema,
    next: fn(&Dynamic) -> Result<Dynamic, DecodeError>,
}

impl<M: Model> History<M> {
    /// A history that begins with `M` as the definition of this version. Older ones cannot be read.
    #[must_use]
    pub fn since(version: i64) -> Self {
        Self { versions: Versions { first: version, steps: Vec::new() }, latest: PhantomData }
    }

    /// The next version, which is made from the one before.
    #[must_use]
    pub fn then<N: Model + From<M>>(mut self) -> History<N> {
        self.versions.steps.push(Step {
            schema: M::schema,
            next: |stored| Ok(N::from(M::decode(stored, &Path::root())?).encode()),
        });
        History { versions: self.versions, latest: PhantomData }
    }

    /// The same without its type.
    #[must_use]
    pub fn erase(self) -> Versions {
        self.versions
    }
}

/// A stored document cannot be brought to the present version.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpgradeError {
    /// It was written by a newer version.
    #[error("it was written for schema {found}, and this version knows schemas up to {latest}")]
    Newer {
        /// The version it was written for.
        found: i64,
        /// The latest version there is here.
        latest: i64,
    },
    /// It is older than what can be read.
    #[error("it was written for schema {found}, and this version reads schemas from {first} on")]
    Older {
        /// The version it was written for.
        found: i64,
        /// The first version that can be read.
        first: i64,
    },
    /// It does not fit the definition of its version.
    #[error("it does not fit schema {version}")]
    Shape {
        /// The version it was written for.
        version: i64,
        /// What does not fit.
        #[source]
        source: JsonError,
    },
    /// The values of one version cannot be read as those of the next.
    #[error("a value that schema {version} allows cannot be carried over")]
    Value {
        /// The version whose values they are.
        version: i64,
        /// What cannot be carried over.
        #[source]
        source: DecodeError,
    },
}

impl UpgradeError {
    /// The part of the document that is at fault; the root if it is no single part.
    #[must_use]
    pub fn path(&self) -> Path {
        match self {
            Self::Newer { .. } | Self::Older { .. } => Path::root(),
            Self::Shape { source, .. } => source.path.clone(),
            Self::Value { source, .. } => source.path.clone(),
        }
    }

    /// What a practitioner is told about a stored document, called `what`: "state".
    #[must_use]
    pub fn diagnostic(&self, what: &str) -> Diagnostic {
        let summary = format!("{}{} cannot be read", what[..1].to_uppercase(), &what[1..]);
        let text = match self {
            Self::Newer { found, latest } => format!(
                "The {what} was written by a newer version of the provider (schema {found}; this one has {latest}). \
                 Upgrade the provider to at least the version that wrote it."
            ),
            Self::Older { found, first } => format!(
                "The {what} was written for schema {found}, and this version of the provider reads schemas from {first} \
                 on. Run a version between them first."
            ),
            Self::Shape { source, .. } => format!(
                "The {what} does not fit the schema: {source}. Restore it from a backup, or import the object again."
            ),
            Self::Value { version, source } => format!(
                "The {what} of schema {version} cannot be carried over: {source}. Import the object again."
            ),
        };
        Diagnostic::error(summary, text).at(self.path().addressable())
    }
}

impl Versions {
    /// A history of nothing but the present version.
    #[must_use]
    pub fn only(version: i64) -> Self {
        Self { first: version, steps: Vec::new() }
    }

    /// The present version.
    #[must_use]
    pub fn latest(&self) -> i64 {
        self.first + i64::try_from(self.steps.len()).unwrap_or(i64::MAX)
    }

    /// Reads a document that was stored for a version, as a value of the present one, whose schema is given. Members
    /// that the version does not have are dropped.
    ///
    /// # Errors
    /// [`UpgradeError`] if the version is not one of the history, or the document does not fit it.
    pub fn read(&self, version: i64, stored: &Json, present: &ObjectSchema) -> Result<Dynamic, UpgradeError> {
        if version > self.latest() {
            return Err(UpgradeError::Newer { found: version, latest: self.latest() });
        }
        let skipped = version.checked_sub(self.first).and_then(|skipped| usize::try_from(skipped).ok());
        let Some(skipped) = skipped else {
            return Err(UpgradeError::Older { found: version, first: self.first });
        };
        let steps = &self.steps[skipped..];
        let ty = steps.first().map_or_else(|| present.ty(), |step| (step.schema)().ty());
        let mut value = Dynamic::from_json(stored, &ty, UnknownMembers::Drop)
            .map_err(|source| UpgradeError::Shape { version, source })?;
        if value.is_null() {
            return Ok(value);
        }
        for (step, version) in steps.iter().zip(version..) {
            value = (step.next)(&value).map_err(|source| UpgradeError::Value { version, source })?;
        }
        Ok(value)
    }
}

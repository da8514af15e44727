//! Objects that were of another type before.

use std::ops::RangeInclusive;

use serde_json::Value as Json;

use crate::{DecodeError, Dynamic, JsonError, Model, Path, Resource, UnknownMembers};

/// A resource type that takes over objects of other types, with a `moved` block.
pub trait Moved: Resource {
    /// The types whose objects it takes over.
    #[must_use]
    fn sources() -> Vec<Source<Self::Model>>;
}

/// A type whose objects can become objects whose model is `M`.
#[derive(Clone, Debug)]
pub struct Source<M> {
    /// Where the type comes from.
    pub origin: Origin,
    convert: fn(&Json) -> Result<M, MoveError>,
}

/// Where a type comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Namespace and name of the provider, `hashicorp/aws`, on whatever registry it is.
    pub provider: &'static str,
    /// Name of the type.
    pub type_name: &'static str,
    /// The versions of its schema whose states can be read.
    pub versions: RangeInclusive<i64>,
}

/// A state of another type cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoveError {
    /// The state does not fit what is expected of the other type.
    #[error("the state does not fit what this version knows of the type")]
    Shape(#[from] JsonError),
    /// A value cannot be carried over.
    #[error("a value cannot be carried over")]
    Value(#[from] DecodeError),
}

impl<M: Model> Source<M> {
    /// A type of a provider. `S` needs only the attributes that are carried over; all others are dropped.
    #[must_use]
    pub fn of<S>(provider: &'static str, type_name: &'static str, versions: RangeInclusive<i64>) -> Self
    where
        S: Model,
        M: From<S>,
    {
        Self {
            origin: Origin { provider, type_name, versions },
            convert: |stored| {
                let stored = Dynamic::from_json(stored, &S::schema().ty(), UnknownMembers::Drop)?;
                Ok(M::from(S::decode(&stored, &Path::root())?))
            },
        }
    }

    /// The state as one of this type.
    ///
    /// # Errors
    /// [`MoveError`] if it does not fit.
    pub fn convert(&self, stored: &Json) -> Result<M, MoveError> {
        (self.convert)(stored)
    }
}

impl Origin {
    /// Whether a state comes from here. Which registry the provider was installed from makes no difference.
    #[must_use]
    pub fn is(&self, provider_address: &str, type_name: &str) -> bool {
        let is_provider = provider_address.strip_suffix(self.provider).is_some_and(|registry| {
            registry.is_empty() || (registry.ends_with('/') && !registry.trim_end_matches('/').contains('/'))
        });
        is_provider && self.type_name == type_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_the_same_on_every_registry() {
        let origin = Origin { provider: "hashicorp/aws", type_name: "aws_vpc", versions: 0..=1 };
        assert!(origin.is("registry.terraform.io/hashicorp/aws", "aws_vpc"));
        assert!(origin.is("registry.opentofu.org/hashicorp/aws", "aws_vpc"));
        assert!(!origin.is("registry.terraform.io/hashicorp/awscc", "aws_vpc"));
        assert!(!origin.is("registry.terraform.io/nothashicorp/aws", "aws_vpc"));
        assert!(!origin.is("registry.terraform.io/hashicorp/aws", "aws_subnet"));
    }
}

//! What every object inherits from how the provider is set up.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Refinement, Value};

/// What every object inherits from how the provider is set up, by type: default tags and the like.
///
/// These are values, and no connection: planning sees them, and stays pure. A value that depends on what is only known after
/// apply is unknown, and so is one of which nobody has said anything.
#[derive(Clone, Default)]
pub struct Inherited(BTreeMap<TypeId, Value<Arc<dyn Any + Send + Sync>>>);

impl Inherited {
    /// Nothing that is known.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The same with a value, which takes the place of an earlier one of its type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, value: Value<T>) -> Self {
        let value = value.map(|value| Arc::new(value) as Arc<dyn Any + Send + Sync>);
        self.0.insert(TypeId::of::<T>(), value);
        self
    }

    /// The value of this type.
    pub fn value<T: Send + Sync + 'static>(&self) -> Value<Arc<T>> {
        match self.0.get(&TypeId::of::<T>()) {
            Some(value) => {
                value.clone().map(|value| value.downcast().expect("entries are keyed by their type"))
            }
            None => Value::unknown_but(Refinement::not_null()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Hall(&'static str);

    #[derive(Debug, PartialEq)]
    struct Shelf(u32);

    #[test]
    fn each_type_has_a_value_of_its_own_and_is_unknown_until_somebody_says_it() {
        let inherited = Inherited::new().with(Value::Known(Hall("north"))).with(Value::Known(Hall("south")));
        assert_eq!(inherited.value::<Hall>(), Value::Known(Arc::new(Hall("south"))));
        assert!(inherited.value::<Shelf>().is_unknown());
        assert!(inherited.clone().with::<Shelf>(Value::unknown()).value::<Shelf>().is_unknown());
        assert_eq!(inherited.with::<Shelf>(Value::Null).value::<Shelf>(), Value::Null);
    }
}

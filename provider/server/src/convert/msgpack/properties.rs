use std::collections::BTreeMap;

use proptest::prelude::*;
use sparki_core::{Bound, Dynamic, Number, Refinement, Type};

use super::{decode, encode};

fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Any)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Type::Tuple),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..3).prop_map(Type::Object),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        "-?[0-9]{1,40}(\\.[0-9]{1,20})?".prop_map(|text| text.parse().unwrap()),
    ]
}

fn refinements(ty: &Type) -> BoxedStrategy<Refinement> {
    let bound = || {
        prop::option::of(
            (numbers(), any::<bool>()).prop_map(|(number, inclusive)| Bound { number, inclusive }),
        )
    };
    let base = any::<bool>();
    match ty {
        Type::String => (base, prop::option::of("[a-z:]{1,9}"))
            .prop_map(|(not_null, prefix)| Refinement { not_null, prefix, ..Refinement::default() })
            .boxed(),
        Type::Number => (base, bound(), bound())
            .prop_map(|(not_null, lower, upper)| Refinement {
                not_null,
                lower,
                upper,
                ..Refinement::default()
            })
            .boxed(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => (base, any::<Option<u64>>(), any::<Option<u64>>())
            .prop_map(|(not_null, length_min, length_max)| Refinement {
                not_null,
                length_min,
                length_max,
                ..Refinement::default()
            })
            .boxed(),
        Type::Any => Just(Refinement::default()).boxed(),
        Type::Bool | Type::Object(_) | Type::Tuple(_) => {
            base.prop_map(|not_null| Refinement { not_null, ..Refinement::default() }).boxed()
        }
    }
}

fn values(ty: &Type) -> BoxedStrategy<Dynamic> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Dynamic::from).boxed(),
        Type::Number => numbers().prop_map(Dynamic::Number).boxed(),
        Type::String => any::<String>().prop_map(Dynamic::string).boxed(),
        Type::Any => types()
            .prop_filter("brings no further type", |ty| !matches!(ty, Type::Any))
            .prop_flat_map(|ty| {
                let value = if contains_any(&ty) { Just(Dynamic::Null).boxed() } else { values(&ty) };
                value.prop_map(move |value| Dynamic::Typed(Box::new(ty.clone()), Box::new(value)))
            })
            .boxed(),
        Type::List(element) => prop::collection::vec(values(element), 0..4).prop_map(Dynamic::List).boxed(),
        Type::Set(element) => prop::collection::vec(values(element), 0..4).prop_map(Dynamic::set).boxed(),
        Type::Map(element) => {
            prop::collection::btree_map("[a-z]{0,3}", values(element), 0..4).prop_map(Dynamic::Map).boxed()
        }
        Type::Object(attributes) => attributes
            .iter()
            .fold(Just(BTreeMap::new()).boxed(), |members, (name, ty)| {
                let name = name.clone();
                (members, values(ty))
                    .prop_map(move |(mut members, value)| {
                        members.insert(name.clone(), value);
                        members
                    })
                    .boxed()
            })
            .prop_map(Dynamic::Object)
            .boxed(),
        Type::Tuple(types) => types.iter().map(values).collect::<Vec<_>>().prop_map(Dynamic::List).boxed(),
    };
    prop_oneof![
        6 => known,
        1 => Just(Dynamic::Null),
        1 => refinements(ty).prop_map(Dynamic::unknown_but),
    ]
    .boxed()
}

fn contains_any(ty: &Type) -> bool {
    match ty {
        Type::Any => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => contains_any(element),
        Type::Object(attributes) => attributes.values().any(contains_any),
        Type::Tuple(types) => types.iter().any(contains_any),
    }
}

fn typed_values() -> impl Strategy<Value = (Type, Dynamic)> {
    types().prop_flat_map(|ty| values(&ty).prop_map(move |value| (ty.clone(), value)))
}

proptest! {
    #[test]
    fn what_was_written_is_read_again((ty, value) in typed_values()) {
        let bytes = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn no_bytes_make_it_panic(ty in types(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = decode(&bytes, &ty);
    }

    #[test]
    fn no_damage_makes_it_panic((ty, value) in typed_values(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encode(&value, &ty).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = decode(&bytes, &ty);
        let _ = decode(&bytes[..at], &ty);
    }
}

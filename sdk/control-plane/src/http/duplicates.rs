//! Members that a JSON text names twice. Some readers take the first, others the last, so what was checked on the way here may
//! not be what would be done.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::{document::fields::join, http::problem::FieldError};

/// More of them say nothing new.
const MOST: usize = 100;
/// So many bytes of pointers are enough: names may be as long as a whole body.
const LONGEST: usize = 16 * 1024;

/// The members that a text names again, each with a pointer to it. The text is JSON.
pub(super) fn duplicates(text: &[u8]) -> Vec<FieldError> {
    let mut found = Found::default();
    let mut reader = serde_json::Deserializer::from_slice(text);
    // What is no JSON has no members; whoever parses it says so.
    let _ = Walk { place: &Place::Root, found: &mut found }.deserialize(&mut reader);
    found.errors
}

/// What was found so far.
#[derive(Default)]
struct Found {
    errors: Vec<FieldError>,
    /// Bytes of all their pointers.
    length: usize,
}

impl Found {
    fn note(&mut self, place: &Place<'_>) {
        if self.errors.len() >= MOST || self.length >= LONGEST {
            return;
        }
        let mut pointer = place.pointer();
        pointer.truncate(pointer.floor_char_boundary(LONGEST));
        self.length += pointer.len();
        let detail = "The body has this member twice.".to_owned();
        self.errors.push(FieldError { pointer, code: "duplicate", detail });
    }
}

/// Where in a text a value is. A pointer is only made of it for what is told: making one for every value would take time that
/// grows with the square of the text.
enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(place, name) => join(&place.pointer(), &[name]),
            Self::Element(place, index) => join(&place.pointer(), &[&index.to_string()]),
        }
    }
}

/// Goes through a value at a place.
struct Walk<'a> {
    place: &'a Place<'a>,
    found: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let place = Place::Member(self.place, &name);
            if seen.contains(&name) {
                self.found.note(&place);
            }
            map.next_value_seed(Walk { place: &place, found: self.found })?;
            seen.insert(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while list
            .next_element_seed(Walk { place: &Place::Element(self.place, index), found: self.found })?
            .is_some()
        {
            index += 1;
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_duplicates(text: &str, expected: &[&str]) {
        let found = duplicates(text.as_bytes());
        assert_eq!(found.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn members_that_come_twice_are_found_wherever_they_are() {
        check_duplicates(r#"{"a": 1, "b": [1.5e300, null, true, "a"], "c": {"a": {}}}"#, &[]);
        check_duplicates(r#"{"a": 1, "a": 1, "a": 2}"#, &["/a", "/a"]);
        check_duplicates(
            r#"{"x": [{}, {"a/b": 1, "a\u002fb": {"c": 1, "c": 2}}]}"#,
            &["/x/1/a~1b", "/x/1/a~1b/c"],
        );
        check_duplicates(r#"[{"a": 1, "a": 2}"#, &["/0/a"]);
    }

    #[test]
    fn there_is_an_end_to_what_is_listed() {
        assert_eq!(duplicates(format!("{{{}\"a\":1}}", "\"a\":1,".repeat(1000)).as_bytes()).len(), MOST);
    }

    #[test]
    fn long_names_are_told_in_part_and_cost_no_more_than_they_are_long() {
        let name = "n".repeat(400_000);
        let list = "0,".repeat(200_000);
        assert!(duplicates(format!("{{\"{name}\":[{list}0]}}").as_bytes()).is_empty());
        let inner = "\"a\":1,".repeat(200);
        let found = duplicates(format!("{{\"{name}\":{{{inner}\"a\":1}}}}").as_bytes());
        assert_eq!(found.iter().map(|error| error.pointer.len()).collect::<Vec<_>>(), [LONGEST]);
    }
}

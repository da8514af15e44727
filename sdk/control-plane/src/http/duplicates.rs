//! Members that a JSON text names twice. Some readers take the first, others the last, so what was checked on the way here may
//! not be what would be done.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::{document::fields::join, http::problem::FieldError};

/// More of them say nothing new.
const MOST: usize = 100;

/// The members that a text names again, each with a pointer to it. The text is JSON.
pub(super) fn duplicates(text: &[u8]) -> Vec<FieldError> {
    let mut found = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(text);
    // What is no JSON has no members; whoever parses it says so.
    let _ = Walk { pointer: String::new(), found: &mut found }.deserialize(&mut reader);
    found
}

/// Goes through a value at a pointer.
struct Walk<'a> {
    pointer: String,
    found: &'a mut Vec<FieldError>,
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
        while let Some(key) = map.next_key::<String>()? {
            let pointer = join(&self.pointer, &[&key]);
            if !seen.insert(key) && self.found.len() < MOST {
                let detail = "The body has this member twice.".to_owned();
                self.found.push(FieldError { pointer: pointer.clone(), code: "duplicate", detail });
            }
            map.next_value_seed(Walk { pointer, found: self.found })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        let pointer_of = |index: usize| join(&self.pointer, &[&index.to_string()]);
        while list.next_element_seed(Walk { pointer: pointer_of(index), found: self.found })?.is_some() {
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
}

use std::collections::BTreeMap;

use rmp::Marker;
use sparki_core::{Dynamic, Step, Type};

use super::reader::Reader;
use super::{DEPTH_LIMIT, MsgpackError, REFINED, REFINEMENT_LIMIT, refinement};

/// Reads a value of type `ty`.
///
/// # Errors
/// [`MsgpackError`] at the first place where the bytes are malformed or not of that type.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Dynamic, MsgpackError> {
    let mut reader = Reader::new(bytes);
    let value = value(&mut reader, ty, DEPTH_LIMIT)?;
    if reader.is_at_end() { Ok(value) } else { Err(MsgpackError::new("something follows the value")) }
}

fn value(reader: &mut Reader<'_>, ty: &Type, depth: usize) -> Result<Dynamic, MsgpackError> {
    let depth = depth.checked_sub(1).ok_or_else(|| MsgpackError::new("the value is nested too deeply"))?;
    let marker = reader.marker()?;
    if marker == Marker::Null {
        return Ok(Dynamic::Null);
    }
    if let Some((kind, payload)) = reader.extension(marker)? {
        return unknown(kind, payload, ty);
    }
    let mismatch = || MsgpackError::new(format!("a value of type {} is required", ty.friendly_name()));
    match ty {
        Type::Bool => match marker {
            Marker::True => Ok(Dynamic::Bool(true)),
            Marker::False => Ok(Dynamic::Bool(false)),
            _ => Err(mismatch()),
        },
        Type::Number => Ok(Dynamic::Number(reader.number(marker)?.ok_or_else(mismatch)?)),
        Type::String => Ok(Dynamic::string(reader.text(marker)?.ok_or_else(mismatch)?)),
        Type::List(element) => {
            let length = reader.array(marker)?.ok_or_else(mismatch)?;
            let read =
                |index| value(reader, element, depth).map_err(|error| error.within(Step::Index(index)));
            Ok(Dynamic::List((0..length).map(read).collect::<Result<_, _>>()?))
        }
        Type::Set(element) => {
            let length = reader.array(marker)?.ok_or_else(mismatch)?;
            let read = |_| value(reader, element, depth).map_err(|error| error.within(Step::Element));
            Ok(Dynamic::set((0..length).map(read).collect::<Result<_, _>>()?))
        }
        Type::Tuple(elements) => {
            let length = reader.array(marker)?.ok_or_else(mismatch)?;
            if length != elements.len() {
                let required = elements.len();
                return Err(MsgpackError::new(format!("{required} elements are required, {length} given")));
            }
            let read = |(index, element)| {
                value(reader, element, depth).map_err(|error| error.within(Step::Index(index)))
            };
            Ok(Dynamic::List(elements.iter().enumerate().map(read).collect::<Result<_, _>>()?))
        }
        Type::Map(element) => {
            let length = reader.map(marker)?.ok_or_else(mismatch)?;
            let mut members = BTreeMap::new();
            for _ in 0..length {
                let key = key(reader)?;
                let member =
                    value(reader, element, depth).map_err(|error| error.within(Step::Key(key.to_owned())))?;
                members.insert(key.to_owned(), member);
            }
            Ok(Dynamic::Map(members))
        }
        Type::Object(attributes) => {
            let length = reader.map(marker)?.ok_or_else(mismatch)?;
            object(reader, attributes, length, depth)
        }
        Type::Any => {
            if reader.array(marker)? != Some(2) {
                return Err(MsgpackError::new("a value with its type is required"));
            }
            let marker = reader.marker()?;
            let ty = reader.blob(marker)?.ok_or_else(|| MsgpackError::new("a type is required"))?;
            let ty = serde_json::from_slice(ty).map_err(|error| MsgpackError::new(error.to_string()))?;
            let ty = Type::from_json(&ty).map_err(|error| MsgpackError::new(error.to_string()))?;
            let value = value(reader, &ty, depth)?;
            Ok(Dynamic::Typed(Box::new(ty), Box::new(value)))
        }
    }
}

fn object(
    reader: &mut Reader<'_>,
    attributes: &BTreeMap<String, Type>,
    length: usize,
    depth: usize,
) -> Result<Dynamic, MsgpackError> {
    let required = attributes.len();
    if length != required {
        return Err(MsgpackError::new(format!("{required} attributes are required, {length} given")));
    }
    let mut members = BTreeMap::new();
    for _ in 0..length {
        let name = key(reader)?;
        let Some(ty) = attributes.get(name) else {
            return Err(MsgpackError::new(format!("there is no attribute {name:?}")));
        };
        let within = |error: MsgpackError| error.within(Step::Attribute(name.to_owned()));
        let member = value(reader, ty, depth).map_err(within)?;
        if members.insert(name.to_owned(), member).is_some() {
            return Err(within(MsgpackError::new("the attribute is there twice")));
        }
    }
    Ok(Dynamic::Object(members))
}

fn key<'a>(reader: &mut Reader<'a>) -> Result<&'a str, MsgpackError> {
    let marker = reader.marker()?;
    reader.text(marker)?.ok_or_else(|| MsgpackError::new("a name is required"))
}

fn unknown(kind: i8, payload: &[u8], ty: &Type) -> Result<Dynamic, MsgpackError> {
    // A payload of one byte is how Terraform writes that nothing is known. Other extensions may come one day.
    if payload.len() <= 1 || kind != REFINED || *ty == Type::Any {
        return Ok(Dynamic::unknown());
    }
    if payload.len() > REFINEMENT_LIMIT {
        return Err(MsgpackError::new("too much is said about an unknown value"));
    }
    refinement::decode(payload, ty)
}

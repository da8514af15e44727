use std::io;

use rmp::encode::{self as write, ValueWriteError};
use sparki_core::{Dynamic, Number, Refinement, Step, Type};

use super::{MsgpackError, REFINED, refinement};

/// Writing to memory does not fail, but the type does not say so.
impl From<ValueWriteError<io::Error>> for MsgpackError {
    fn from(error: ValueWriteError<io::Error>) -> Self {
        Self::new(error.to_string())
    }
}

impl From<io::Error> for MsgpackError {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Writes a value of type `ty`. Attributes that an object lacks are null.
///
/// # Errors
/// [`MsgpackError`] at the first place where the value is not of that type.
pub fn encode(value: &Dynamic, ty: &Type) -> Result<Vec<u8>, MsgpackError> {
    let mut out = Vec::new();
    write_value(&mut out, value, ty)?;
    Ok(out)
}

fn write_value(out: &mut Vec<u8>, value: &Dynamic, ty: &Type) -> Result<(), MsgpackError> {
    match (value, ty) {
        (Dynamic::Null, _) => Ok(write::write_nil(out)?),
        (Dynamic::Unknown(known), _) => unknown(out, known, ty),
        (Dynamic::Bool(value), Type::Bool) => Ok(write::write_bool(out, *value)?),
        (Dynamic::Number(value), Type::Number) => number(out, value),
        (Dynamic::String(text), Type::String) => Ok(write::write_str(out, text)?),
        (Dynamic::List(elements), Type::List(element)) => {
            write::write_array_len(out, length(elements.len())?)?;
            for (index, value) in elements.iter().enumerate() {
                write_value(out, value, element).map_err(|error| error.within(Step::Index(index)))?;
            }
            Ok(())
        }
        (Dynamic::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            write::write_array_len(out, length(elements.len())?)?;
            for (index, (value, ty)) in elements.iter().zip(types).enumerate() {
                write_value(out, value, ty).map_err(|error| error.within(Step::Index(index)))?;
            }
            Ok(())
        }
        (Dynamic::Set(elements), Type::Set(element)) => {
            write::write_array_len(out, length(elements.len())?)?;
            for value in elements {
                write_value(out, value, element).map_err(|error| error.within(Step::Element))?;
            }
            Ok(())
        }
        (Dynamic::Map(members), Type::Map(element)) => {
            write::write_map_len(out, length(members.len())?)?;
            for (key, value) in members {
                write::write_str(out, key)?;
                write_value(out, value, element).map_err(|error| error.within(Step::Key(key.clone())))?;
            }
            Ok(())
        }
        (Dynamic::Object(members), Type::Object(types)) => {
            if let Some(name) = members.keys().find(|name| !types.contains_key(*name)) {
                return Err(MsgpackError::new(format!("there is no attribute {name:?}")));
            }
            write::write_map_len(out, length(types.len())?)?;
            for (name, ty) in types {
                write::write_str(out, name)?;
                let value = members.get(name).unwrap_or(&Dynamic::Null);
                write_value(out, value, ty).map_err(|error| error.within(Step::Attribute(name.clone())))?;
            }
            Ok(())
        }
        (Dynamic::Typed(ty, value), Type::Any) => {
            write::write_array_len(out, 2)?;
            write::write_bin(out, ty.to_json().to_string().as_bytes())?;
            write_value(out, value, ty)
        }
        (_, Type::Any) => Err(MsgpackError::new("a value with its type is required")),
        _ => Err(MsgpackError::new(format!("a value of type {} is required", ty.friendly_name()))),
    }
}

/// Writes a number without losing a digit.
pub(super) fn number(out: &mut Vec<u8>, number: &Number) -> Result<(), MsgpackError> {
    if let Some(integer) = number.to_i64() {
        write::write_sint(out, integer)?;
    } else if let Some(float) = number.to_f64_exact().filter(|_| !number.is_integer()) {
        write::write_f64(out, float)?;
    } else {
        write::write_str(out, &number.to_string())?;
    }
    Ok(())
}

fn unknown(out: &mut Vec<u8>, known: &Refinement, ty: &Type) -> Result<(), MsgpackError> {
    match refinement::encode(known, ty)? {
        Some(payload) => {
            write::write_ext_meta(out, length(payload.len())?, REFINED)?;
            out.extend(payload);
        }
        None => out.extend([0xd4, 0x00, 0x00]),
    }
    Ok(())
}

fn length(length: usize) -> Result<u32, MsgpackError> {
    u32::try_from(length).map_err(|_| MsgpackError::new("the value is too large"))
}

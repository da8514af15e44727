use rmp::encode as write;
use sparki_core::{Bound, Dynamic, Refinement, Type};

use super::encode::number;
use super::reader::Reader;
use super::{MsgpackError, REFINEMENT_LIMIT};

const NULLNESS: i64 = 1;
const PREFIX: i64 = 2;
const LOWER: i64 = 3;
const UPPER: i64 = 4;
const LENGTH_MIN: i64 = 5;
const LENGTH_MAX: i64 = 6;

/// Where Terraform cuts prefixes.
const PREFIX_LIMIT: usize = 256;

/// Reads what is known about an unknown value of type `ty`.
///
/// Keys that nobody knows yet are passed over; a key that cannot apply to the type is an error, as it is in Terraform.
pub(super) fn decode(payload: &[u8], ty: &Type) -> Result<Dynamic, MsgpackError> {
    let mut reader = Reader::new(payload);
    let malformed = || MsgpackError::new("what is said about an unknown value is malformed");
    let marker = reader.marker()?;
    let length = reader.map(marker)?.ok_or_else(malformed)?;
    let mut refinement = Refinement::default();
    let mut null = false;
    for _ in 0..length {
        let marker = reader.marker()?;
        let key = reader.number(marker)?.and_then(|key| key.to_i64()).ok_or_else(malformed)?;
        let applies = match key {
            PREFIX => *ty == Type::String,
            LOWER | UPPER => *ty == Type::Number,
            LENGTH_MIN | LENGTH_MAX => matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_)),
            _ => true,
        };
        if !applies {
            let ty = ty.friendly_name();
            return Err(MsgpackError::new(format!(
                "what is said about an unknown {ty} cannot be true of it"
            )));
        }
        match key {
            NULLNESS => match truth(&mut reader)?.ok_or_else(malformed)? {
                true => null = true,
                false => refinement.not_null = true,
            },
            PREFIX => {
                let marker = reader.marker()?;
                refinement.prefix = Some(reader.text(marker)?.ok_or_else(malformed)?.to_owned());
            }
            LOWER => refinement.lower = Some(bound(&mut reader)?.ok_or_else(malformed)?),
            UPPER => refinement.upper = Some(bound(&mut reader)?.ok_or_else(malformed)?),
            LENGTH_MIN => refinement.length_min = Some(count(&mut reader)?.ok_or_else(malformed)?),
            LENGTH_MAX => refinement.length_max = Some(count(&mut reader)?.ok_or_else(malformed)?),
            _ => reader.skip()?,
        }
    }
    Ok(if null { Dynamic::Null } else { Dynamic::unknown_but(refinement) })
}

fn truth(reader: &mut Reader<'_>) -> Result<Option<bool>, MsgpackError> {
    Ok(match reader.marker()? {
        rmp::Marker::True => Some(true),
        rmp::Marker::False => Some(false),
        _ => None,
    })
}

fn bound(reader: &mut Reader<'_>) -> Result<Option<Bound>, MsgpackError> {
    let marker = reader.marker()?;
    if reader.array(marker)? != Some(2) {
        return Ok(None);
    }
    let marker = reader.marker()?;
    let Some(number) = reader.number(marker)? else { return Ok(None) };
    Ok(truth(reader)?.map(|inclusive| Bound { number, inclusive }))
}

fn count(reader: &mut Reader<'_>) -> Result<Option<u64>, MsgpackError> {
    let marker = reader.marker()?;
    Ok(reader.number(marker)?.and_then(|number| number.to_u64()))
}

/// Writes what is known about an unknown value of type `ty`, or nothing if there is nothing to say of that type.
///
/// Terraform refuses an empty map, keys that cannot apply, and more than [`REFINEMENT_LIMIT`] bytes. What goes beyond
/// that is left out: it is a promise less, not an error.
pub(super) fn encode(refinement: &Refinement, ty: &Type) -> Result<Option<Vec<u8>>, MsgpackError> {
    let mut count = 0_u8;
    let mut pairs = Vec::new();
    if refinement.not_null && *ty != Type::Any {
        count += 1;
        write::write_sint(&mut pairs, NULLNESS)?;
        write::write_bool(&mut pairs, false)?;
    }
    let text = (*ty == Type::String).then_some(refinement);
    if let Some(prefix) = text.and_then(|known| known.prefix.as_deref()).filter(|prefix| !prefix.is_empty()) {
        count += 1;
        write::write_sint(&mut pairs, PREFIX)?;
        write::write_str(&mut pairs, &prefix[..prefix.floor_char_boundary(PREFIX_LIMIT)])?;
    }
    let range = (*ty == Type::Number).then_some(refinement);
    for (key, bound) in [(LOWER, range.map(|known| &known.lower)), (UPPER, range.map(|known| &known.upper))] {
        let Some(Some(bound)) = bound else { continue };
        let mut pair = Vec::new();
        write::write_sint(&mut pair, key)?;
        write::write_array_len(&mut pair, 2)?;
        number(&mut pair, &bound.number)?;
        write::write_bool(&mut pair, bound.inclusive)?;
        if pairs.len() + pair.len() < REFINEMENT_LIMIT {
            count += 1;
            pairs.extend(pair);
        }
    }
    let lengths = matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_)).then_some(refinement);
    let lengths = [
        (LENGTH_MIN, lengths.and_then(|known| known.length_min)),
        (LENGTH_MAX, lengths.and_then(|known| known.length_max)),
    ];
    for (key, length) in lengths {
        let Some(length) = length else { continue };
        count += 1;
        write::write_sint(&mut pairs, key)?;
        write::write_uint(&mut pairs, length)?;
    }
    if count == 0 {
        return Ok(None);
    }
    let mut payload = Vec::with_capacity(pairs.len() + 1);
    write::write_map_len(&mut payload, u32::from(count))?;
    payload.extend(pairs);
    Ok(Some(payload))
}

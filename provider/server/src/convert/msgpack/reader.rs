use rmp::Marker;
use sparki_core::Number;

use super::MsgpackError;

/// Reads MessagePack items. Nothing is allocated before the bytes for it are there.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn marker(&mut self) -> Result<Marker, MsgpackError> {
        let [byte] = self.bytes::<1>()?;
        Ok(Marker::from_u8(byte))
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], MsgpackError> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(MsgpackError::new("the value ends too early"));
        };
        self.rest = rest;
        Ok(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], MsgpackError> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else {
            return Err(MsgpackError::new("the value ends too early"));
        };
        self.rest = rest;
        Ok(*taken)
    }

    /// How many items an array has, or nothing if the marker is no array's.
    pub(super) fn array(&mut self, marker: Marker) -> Result<Option<usize>, MsgpackError> {
        let length = match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length16()?,
            Marker::Array32 => self.length32()?,
            _ => return Ok(None),
        };
        self.plausible(length)
    }

    /// How many pairs a map has, or nothing if the marker is no map's.
    pub(super) fn map(&mut self, marker: Marker) -> Result<Option<usize>, MsgpackError> {
        let length = match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length16()?,
            Marker::Map32 => self.length32()?,
            _ => return Ok(None),
        };
        self.plausible(length)
    }

    /// Text or bytes, or nothing if the marker is neither's. Terraform's own reader takes either for either.
    pub(super) fn blob(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, MsgpackError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 | Marker::Bin8 => self.length8()?,
            Marker::Str16 | Marker::Bin16 => self.length16()?,
            Marker::Str32 | Marker::Bin32 => self.length32()?,
            _ => return Ok(None),
        };
        self.take(length).map(Some)
    }

    /// Text, or nothing if the marker is not text's.
    pub(super) fn text(&mut self, marker: Marker) -> Result<Option<&'a str>, MsgpackError> {
        let Some(bytes) = self.blob(marker)? else { return Ok(None) };
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(MsgpackError::new("the text is not UTF-8")),
        }
    }

    /// The type and the payload of an extension, or nothing if the marker is no extension's.
    pub(super) fn extension(&mut self, marker: Marker) -> Result<Option<(i8, &'a [u8])>, MsgpackError> {
        let length = match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length8()?,
            Marker::Ext16 => self.length16()?,
            Marker::Ext32 => self.length32()?,
            _ => return Ok(None),
        };
        let kind = i8::from_be_bytes(self.bytes()?);
        Ok(Some((kind, self.take(length)?)))
    }

    /// A number in any of its forms, or nothing if the marker is none of theirs.
    pub(super) fn number(&mut self, marker: Marker) -> Result<Option<Number>, MsgpackError> {
        let number = match marker {
            Marker::FixPos(value) => Number::from(u64::from(value)),
            Marker::FixNeg(value) => Number::from(i64::from(value)),
            Marker::U8 => Number::from(u64::from(u8::from_be_bytes(self.bytes()?))),
            Marker::U16 => Number::from(u64::from(u16::from_be_bytes(self.bytes()?))),
            Marker::U32 => Number::from(u64::from(u32::from_be_bytes(self.bytes()?))),
            Marker::U64 => Number::from(u64::from_be_bytes(self.bytes()?)),
            Marker::I8 => Number::from(i64::from(i8::from_be_bytes(self.bytes()?))),
            Marker::I16 => Number::from(i64::from(i16::from_be_bytes(self.bytes()?))),
            Marker::I32 => Number::from(i64::from(i32::from_be_bytes(self.bytes()?))),
            Marker::I64 => Number::from(i64::from_be_bytes(self.bytes()?)),
            Marker::F32 => float(f64::from(f32::from_be_bytes(self.bytes()?)))?,
            Marker::F64 => float(f64::from_be_bytes(self.bytes()?))?,
            _ => match self.text(marker)? {
                Some(text) => text.parse().map_err(refuse_number)?,
                None => return Ok(None),
            },
        };
        Ok(Some(number))
    }

    /// Passes over one item, whatever it is and however deep.
    pub(super) fn skip(&mut self) -> Result<(), MsgpackError> {
        let mut items = 1_usize;
        while items > 0 {
            items -= 1;
            let marker = self.marker()?;
            if let Some(length) = self.array(marker)? {
                items += length;
            } else if let Some(length) = self.map(marker)? {
                items += 2 * length;
            } else if self.extension(marker)?.is_none() && self.blob(marker)?.is_none() {
                let length = match marker {
                    Marker::U8 | Marker::I8 => 1,
                    Marker::U16 | Marker::I16 => 2,
                    Marker::U32 | Marker::I32 | Marker::F32 => 4,
                    Marker::U64 | Marker::I64 | Marker::F64 => 8,
                    _ => 0,
                };
                self.take(length)?;
            }
        }
        Ok(())
    }

    /// Refuses a length for which the bytes cannot be there: every item has at least one.
    fn plausible(&self, length: usize) -> Result<Option<usize>, MsgpackError> {
        if length <= self.rest.len() {
            Ok(Some(length))
        } else {
            Err(MsgpackError::new("the value ends too early"))
        }
    }

    fn length8(&mut self) -> Result<usize, MsgpackError> {
        Ok(usize::from(u8::from_be_bytes(self.bytes()?)))
    }

    fn length16(&mut self) -> Result<usize, MsgpackError> {
        Ok(usize::from(u16::from_be_bytes(self.bytes()?)))
    }

    fn length32(&mut self) -> Result<usize, MsgpackError> {
        // No value can be longer than what a machine can address.
        Ok(usize::try_from(u32::from_be_bytes(self.bytes()?)).unwrap_or(usize::MAX))
    }
}

fn float(value: f64) -> Result<Number, MsgpackError> {
    Number::from_f64(value).map_err(refuse_number)
}

fn refuse_number(error: sparki_core::NotANumber) -> MsgpackError {
    MsgpackError::new(error.to_string())
}

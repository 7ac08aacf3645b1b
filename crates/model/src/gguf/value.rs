//! Metadata values.

use super::Stop;
use super::cursor::Cursor;

/// A metadata value. Integers of every width are widened; arrays of numbers keep the file's bytes
/// until they are asked for, so a header takes memory in proportion to its size in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any unsigned integer.
    Unsigned(u64),
    /// Any signed integer.
    Signed(i64),
    /// A 32-bit or 64-bit float.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// UTF-8 text.
    String(String),
    /// An array of strings.
    Strings(Vec<String>),
    /// An array of numbers or truth values.
    Numbers(Numbers),
}

/// An array of one type of number, as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    kind: u32,
    bytes: Vec<u8>,
}

// The value types of the GGUF specification.
const U8: u32 = 0;
const I8: u32 = 1;
const U16: u32 = 2;
const I16: u32 = 3;
const U32: u32 = 4;
const I32: u32 = 5;
const F32: u32 = 6;
const BOOL: u32 = 7;
const STRING: u32 = 8;
const ARRAY: u32 = 9;
const U64: u32 = 10;
const I64: u32 = 11;
const F64: u32 = 12;

/// Bytes of one value of a fixed-width type.
fn width(kind: u32) -> Option<u64> {
    match kind {
        U8 | I8 | BOOL => Some(1),
        U16 | I16 => Some(2),
        U32 | I32 | F32 => Some(4),
        U64 | I64 | F64 => Some(8),
        _ => None,
    }
}

impl Value {
    /// Reads a type and a value of it.
    pub(super) fn read(cursor: &mut Cursor) -> Result<Self, Stop> {
        let start = cursor.position();
        let kind = cursor.u32()?;
        if kind != ARRAY {
            return Self::read_as(cursor, kind, start);
        }
        let element = cursor.u32()?;
        let count = cursor.u64()?;
        if element == STRING {
            // No capacity from `count`, which the file may lie about: each string is at least the
            // eight bytes of its length, so the vector grows with bytes that are really there.
            let mut strings = Vec::new();
            for _ in 0..count {
                strings.push(cursor.string()?);
            }
            return Ok(Value::Strings(strings));
        }
        let Some(width) = width(element) else {
            return Err(Stop::Bad(format!(
                "the array at byte {start} has elements of the unread type {element}"
            )));
        };
        let length = count.checked_mul(width).ok_or_else(|| {
            Stop::Bad(format!("the array at byte {start} claims {count} elements"))
        })?;
        let bytes = cursor.take(length)?.to_vec();
        Ok(Value::Numbers(Numbers {
            kind: element,
            bytes,
        }))
    }

    fn read_as(cursor: &mut Cursor, kind: u32, start: usize) -> Result<Self, Stop> {
        Ok(match kind {
            U8 => Value::Unsigned(cursor.u8()?.into()),
            U16 => Value::Unsigned(cursor.u16()?.into()),
            U32 => Value::Unsigned(cursor.u32()?.into()),
            U64 => Value::Unsigned(cursor.u64()?),
            I8 => Value::Signed((cursor.u8()? as i8).into()),
            I16 => Value::Signed((cursor.u16()? as i16).into()),
            I32 => Value::Signed((cursor.u32()? as i32).into()),
            I64 => Value::Signed(cursor.u64()? as i64),
            F32 => Value::Float(f32::from_bits(cursor.u32()?).into()),
            F64 => Value::Float(f64::from_bits(cursor.u64()?)),
            BOOL => Value::Bool(cursor.u8()? != 0),
            STRING => Value::String(cursor.string()?),
            _ => {
                return Err(Stop::Bad(format!(
                    "the value at byte {start} has the unknown type {kind}"
                )));
            }
        })
    }

    /// The value as a non-negative integer.
    pub fn as_u64(&self) -> Option<u64> {
        match *self {
            Value::Unsigned(value) => Some(value),
            Value::Signed(value) => value.try_into().ok(),
            _ => None,
        }
    }

    /// The value as a number.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Value::Float(value) => Some(value),
            Value::Unsigned(value) => Some(value as f64),
            Value::Signed(value) => Some(value as f64),
            _ => None,
        }
    }

    /// The value as a truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value as text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(value) => Some(value),
            _ => None,
        }
    }

    /// The value as an array of strings.
    pub fn as_strings(&self) -> Option<&[String]> {
        match self {
            Value::Strings(values) => Some(values),
            _ => None,
        }
    }

    /// The value as an array of integers.
    pub fn as_integers(&self) -> Option<Vec<i64>> {
        let Value::Numbers(Numbers { kind, bytes }) = self else {
            return None;
        };
        Some(match *kind {
            U8 | BOOL => bytes.iter().map(|&byte| byte.into()).collect(),
            I8 => bytes.iter().map(|&byte| (byte as i8).into()).collect(),
            U16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| u16::from_le_bytes(b).into())
                .collect(),
            I16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| i16::from_le_bytes(b).into())
                .collect(),
            U32 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| u32::from_le_bytes(b).into())
                .collect(),
            I32 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| i32::from_le_bytes(b).into())
                .collect(),
            U64 | I64 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| i64::from_le_bytes(b))
                .collect(),
            _ => return None,
        })
    }
}

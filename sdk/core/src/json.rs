//! The JSON form of dynamic values: state files and the protocol's raw state.

use serde_json::{Map, Value as Json, json};

use crate::{Dynamic, Number, Path, Step, Type};

/// A JSON document does not have the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", if path.steps().is_empty() { String::new() } else { format!("{path}: ") })]
pub struct JsonError {
    /// Where in the document.
    pub path: Path,
    /// What is wrong there.
    pub problem: String,
}

/// What to do with object members that the type does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownMembers {
    /// They are an error.
    Refuse,
    /// They are dropped: how a state written by a newer or older version is read.
    Drop,
}

impl Dynamic {
    /// Reads a JSON document as a value of `ty`. Missing object members are null.
    ///
    /// # Errors
    /// [`JsonError`] at the first place where the document does not fit.
    pub fn from_json(json: &Json, ty: &Type, unknown_members: UnknownMembers) -> Result<Self, JsonError> {
        Reader { unknown_members }.read(json, ty, &Path::root(), 128)
    }

    /// The JSON document of a wholly known value.
    ///
    /// # Errors
    /// [`JsonError`] at the first unknown part: JSON has no way to say "unknown".
    pub fn to_json(&self) -> Result<Json, JsonError> {
        write(self, &Path::root())
    }
}

struct Reader {
    unknown_members: UnknownMembers,
}

impl Reader {
    fn read(&self, json: &Json, ty: &Type, path: &Path, depth: usize) -> Result<Dynamic, JsonError> {
        let refuse = |problem: String| JsonError { path: path.clone(), problem };
        let mismatch = || refuse(format!("{} is required", ty.with_article()));
        let depth = depth.checked_sub(1).ok_or_else(|| refuse("nested too deeply".into()))?;
        if json.is_null() {
            return Ok(Dynamic::Null);
        }
        match ty {
            Type::Bool => match json {
                Json::Bool(value) => Ok(Dynamic::Bool(*value)),
                Json::String(text) => text.parse().map(Dynamic::Bool).map_err(|_| mismatch()),
                _ => Err(mismatch()),
            },
            Type::Number => {
                let text = match json {
                    Json::Number(number) => number.to_string(),
                    Json::String(text) => text.clone(),
                    _ => return Err(mismatch()),
                };
                text.parse::<Number>().map(Dynamic::Number).map_err(|_| mismatch())
            }
            Type::String => match json {
                Json::String(text) => Ok(Dynamic::string(text.as_str())),
                Json::Number(number) => Ok(Dynamic::string(number.to_string())),
                Json::Bool(value) => Ok(Dynamic::string(value.to_string())),
                _ => Err(mismatch()),
            },
            Type::List(element) => {
                let elements = json.as_array().ok_or_else(mismatch)?;
                let read = |(index, json)| self.read(json, element, &path.index(index), depth);
                Ok(Dynamic::List(elements.iter().enumerate().map(read).collect::<Result<_, _>>()?))
            }
            Type::Set(element) => {
                let elements = json.as_array().ok_or_else(mismatch)?;
                let at = path.step(Step::Element);
                let read = |json| self.read(json, element, &at, depth);
                Ok(Dynamic::set(elements.iter().map(read).collect::<Result<_, _>>()?))
            }
            Type::Map(element) => {
                let members = json.as_object().ok_or_else(mismatch)?;
                let read = |(key, json): (&String, _)| {
                    Ok((key.clone(), self.read(json, element, &path.key(key), depth)?))
                };
                Ok(Dynamic::Map(members.iter().map(read).collect::<Result<_, _>>()?))
            }
            Type::Object(attributes) => {
                let members = json.as_object().ok_or_else(mismatch)?;
                if self.unknown_members == UnknownMembers::Refuse
                    && let Some(name) = members.keys().find(|name| !attributes.contains_key(*name))
                {
                    return Err(refuse(format!("unsupported attribute {name:?}")));
                }
                let read = |(name, ty): (&String, _)| {
                    let json = members.get(name).unwrap_or(&Json::Null);
                    Ok((name.clone(), self.read(json, ty, &path.then(name), depth)?))
                };
                Ok(Dynamic::Object(attributes.iter().map(read).collect::<Result<_, _>>()?))
            }
            Type::Tuple(types) => {
                let elements = json.as_array().filter(|e| e.len() == types.len()).ok_or_else(mismatch)?;
                let read = |(index, (json, ty))| self.read(json, ty, &path.index(index), depth);
                let read = elements.iter().zip(types).enumerate().map(read);
                Ok(Dynamic::List(read.collect::<Result<_, _>>()?))
            }
            Type::Any => {
                let ty =
                    json.get("type").ok_or_else(|| refuse("a value with its type is required".into()))?;
                let ty = Type::from_json(ty).map_err(|error| refuse(error.to_string()))?;
                let value = self.read(json.get("value").unwrap_or(&Json::Null), &ty, path, depth)?;
                Ok(Dynamic::Typed(Box::new(ty), Box::new(value)))
            }
        }
    }
}

fn write(value: &Dynamic, path: &Path) -> Result<Json, JsonError> {
    let members = |members: &std::collections::BTreeMap<String, Dynamic>| -> Result<Json, JsonError> {
        let write = |(name, value): (&String, _)| Ok((name.clone(), write(value, &path.then(name))?));
        members.iter().map(write).collect::<Result<Map<_, _>, _>>().map(Json::Object)
    };
    match value {
        Dynamic::Null => Ok(Json::Null),
        Dynamic::Unknown(_) => {
            Err(JsonError { path: path.clone(), problem: "the value is not known yet".into() })
        }
        Dynamic::Bool(value) => Ok(Json::Bool(*value)),
        Dynamic::Number(number) => serde_json::from_str(&number.to_string())
            .map_err(|error| JsonError { path: path.clone(), problem: error.to_string() }),
        Dynamic::String(text) => Ok(Json::String(text.clone())),
        Dynamic::List(elements) => {
            let write = |(index, value)| write(value, &path.index(index));
            elements.iter().enumerate().map(write).collect::<Result<_, _>>().map(Json::Array)
        }
        Dynamic::Set(elements) => {
            let at = path.step(Step::Element);
            elements.iter().map(|value| write(value, &at)).collect::<Result<_, _>>().map(Json::Array)
        }
        Dynamic::Map(inner) | Dynamic::Object(inner) => members(inner),
        Dynamic::Typed(ty, inner) => Ok(json!({ "type": ty.to_json(), "value": write(inner, path)? })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn object() -> Type {
        Type::Object(BTreeMap::from([("name".into(), Type::String), ("sizes".into(), Type::Number.list())]))
    }

    #[test]
    fn numbers_survive_a_round_trip_exactly() {
        let json: Json = serde_json::from_str(r#"{"name":"a","sizes":[12345678901234567890.5,1]}"#).unwrap();
        let value = Dynamic::from_json(&json, &object(), UnknownMembers::Refuse).unwrap();
        assert_eq!(value.to_json().unwrap(), json);
    }

    #[test]
    fn members_that_are_missing_are_null_and_those_too_many_are_named() {
        let read = |json: Json, rule| Dynamic::from_json(&json, &object(), rule);
        assert_eq!(read(json!({}), UnknownMembers::Refuse).unwrap().attribute("name"), &Dynamic::Null);
        let error = read(json!({"colour": 1}), UnknownMembers::Refuse).unwrap_err();
        assert_eq!(error.to_string(), "unsupported attribute \"colour\"");
        assert!(read(json!({"colour": 1}), UnknownMembers::Drop).is_ok());
    }

    #[test]
    fn a_mismatch_says_where() {
        let error =
            Dynamic::from_json(&json!({"sizes": [1, "x"]}), &object(), UnknownMembers::Refuse).unwrap_err();
        assert_eq!(error.to_string(), "sizes[1]: a number is required");
    }

    #[test]
    fn a_stored_value_of_any_type_brings_its_type() {
        let stored = json!({ "type": ["list", "number"], "value": [1, 2] });
        let value = Dynamic::from_json(&stored, &Type::Any, UnknownMembers::Refuse).unwrap();
        let list = Dynamic::List(vec![1_i64.into(), 2_i64.into()]);
        assert_eq!(value, Dynamic::Typed(Box::new(Type::Number.list()), Box::new(list)));
        assert_eq!(value.to_json().unwrap(), stored);
        assert!(Dynamic::from_json(&json!([1, 2]), &Type::Any, UnknownMembers::Refuse).is_err());
    }

    #[test]
    fn an_unknown_value_has_no_json_form() {
        assert!(Dynamic::object([("a", Dynamic::unknown())]).to_json().is_err());
    }
}

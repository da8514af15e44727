//! Schemas on the wire.

use sparki_core::{Attribute, Kind, Mode, Nesting, ObjectSchema, Schema, Type};
use tfplugin6::Bytes;
use tfplugin6::v6::resource_identity_schema::IdentityAttribute;
use tfplugin6::v6::schema::nested_block::NestingMode as BlockNesting;
use tfplugin6::v6::schema::object::NestingMode;
use tfplugin6::v6::{self, StringKind};

/// The schema as Terraform takes it.
#[must_use]
pub fn encode(schema: &Schema) -> v6::Schema {
    let block = v6::schema::Block {
        version: schema.version,
        attributes: attributes(&schema.object),
        block_types: blocks(&schema.object),
        description: schema.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecated: schema.deprecation.is_some(),
        deprecation_message: schema.deprecation.unwrap_or_default().to_owned(),
        ..v6::schema::Block::default()
    };
    v6::Schema { version: schema.version, block: Some(block) }
}

/// The schema of an identity. An import must give what the schema requires and may give the rest.
#[must_use]
pub fn encode_identity(schema: &Schema) -> v6::ResourceIdentitySchema {
    let attribute = |attribute: &Attribute| IdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: type_json(&attribute.kind.ty()),
        required_for_import: attribute.mode == Mode::Required,
        optional_for_import: attribute.mode != Mode::Required,
        description: attribute.description.to_owned(),
    };
    v6::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.object.attributes.iter().map(attribute).collect(),
    }
}

/// The JSON form of a type, as schemas and functions carry it.
#[must_use]
pub fn type_json(ty: &Type) -> Bytes {
    ty.to_json().to_string().into()
}

fn attributes(object: &ObjectSchema) -> Vec<v6::schema::Attribute> {
    object.attributes.iter().filter(|it| !it.block).map(attribute).collect()
}

fn blocks(object: &ObjectSchema) -> Vec<v6::schema::NestedBlock> {
    object.attributes.iter().filter(|it| it.block).filter_map(block).collect()
}

fn block(attribute: &Attribute) -> Option<v6::schema::NestedBlock> {
    let Kind::Nested(nesting, object) = &attribute.kind else { return None };
    let (nesting, may_repeat) = match nesting {
        Nesting::Single => (BlockNesting::Single, false),
        Nesting::List => (BlockNesting::List, true),
        Nesting::Set => (BlockNesting::Set, true),
        Nesting::Map => (BlockNesting::Map, true),
    };
    // Terraform wants both limits to be the same for a single block, and none for blocks by name.
    let is_required = attribute.mode == Mode::Required && nesting != BlockNesting::Map;
    let min_items = i64::from(is_required);
    let block = v6::schema::Block {
        attributes: attributes(object),
        block_types: blocks(object),
        description: attribute.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecated: attribute.deprecation.is_some(),
        deprecation_message: attribute.deprecation.unwrap_or_default().to_owned(),
        computed: attribute.is_computed(),
        ..v6::schema::Block::default()
    };
    Some(v6::schema::NestedBlock {
        type_name: attribute.name.to_owned(),
        block: Some(block),
        nesting: nesting.into(),
        min_items,
        max_items: if may_repeat { 0 } else { min_items },
    })
}

fn attribute(attribute: &Attribute) -> v6::schema::Attribute {
    // Exactly one of the two is set: Terraform refuses both and panics without either.
    let (r#type, nested_type) = match &attribute.kind {
        Kind::Plain(ty) => (type_json(ty), None),
        Kind::Nested(nesting, object) => {
            let nesting = match nesting {
                Nesting::Single => NestingMode::Single,
                Nesting::List => NestingMode::List,
                Nesting::Set => NestingMode::Set,
                Nesting::Map => NestingMode::Map,
            };
            let object = v6::schema::Object {
                attributes: attributes(object),
                nesting: nesting.into(),
                ..v6::schema::Object::default()
            };
            (Bytes::new(), Some(object))
        }
    };
    v6::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type,
        nested_type,
        description: attribute.description.to_owned(),
        required: attribute.mode == Mode::Required,
        optional: matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed),
        // A default is a value that configuration does not have, so the attribute is computed too.
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        description_kind: StringKind::Markdown.into(),
        deprecated: attribute.deprecation.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecation.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparki_core::Dynamic;

    fn with(change: impl FnOnce(&mut Attribute)) -> v6::schema::Attribute {
        let mut declared = Attribute::new("a", "An a.", Kind::Plain(Type::String.list()));
        change(&mut declared);
        attribute(&declared)
    }

    fn check_mode(change: impl FnOnce(&mut Attribute), expected: (bool, bool, bool)) {
        let encoded = with(change);
        assert_eq!((encoded.required, encoded.optional, encoded.computed), expected);
    }

    #[test]
    fn each_mode_sets_its_flags() {
        check_mode(|a| a.mode = Mode::Required, (true, false, false));
        check_mode(|a| a.mode = Mode::Optional, (false, true, false));
        check_mode(|a| a.mode = Mode::Computed, (false, false, true));
        check_mode(|a| a.mode = Mode::OptionalComputed, (false, true, true));
    }

    #[test]
    fn an_attribute_with_a_default_is_computed_too() {
        check_mode(|a| a.default = Some(|| Dynamic::Null), (false, true, true));
    }

    #[test]
    fn a_plain_attribute_has_a_type_and_nothing_nested() {
        let encoded = with(|_| {});
        assert_eq!((encoded.r#type, encoded.nested_type), (r#"["list","string"]"#.into(), None));
    }

    #[test]
    fn a_nested_attribute_has_no_type_of_its_own() {
        let inner = ObjectSchema {
            attributes: vec![Attribute::new("b", "A b.", Kind::Plain(Type::Bool))],
            rules: vec![],
        };
        let encoded = with(|a| a.kind = Kind::Nested(Nesting::Set, inner));
        assert!(encoded.r#type.is_empty());
        let object = encoded.nested_type.unwrap();
        assert_eq!((object.nesting(), object.attributes.len()), (NestingMode::Set, 1));
    }

    #[test]
    fn a_deprecation_says_what_to_use_instead() {
        let schema = Schema {
            version: 3,
            description: "A thing.",
            deprecation: Some("Use another."),
            object: ObjectSchema::default(),
        };
        let encoded = encode(&schema);
        let block = encoded.block.unwrap();
        assert_eq!(
            (encoded.version, block.deprecated, block.deprecation_message.as_str()),
            (3, true, "Use another.")
        );
    }
}

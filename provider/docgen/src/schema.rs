//! The section of a page that lists the attributes.

use sparki_core::{Attribute, DefaultTimeouts, Kind, Mode, Nesting, ObjectSchema, Type};

use crate::prose;

/// Where Terraform explains write-only attributes.
const WRITE_ONLY: &str =
    "https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments";

/// Lists the attributes of an object and of the objects nested in it, as the registry's own generator does: by who
/// sets them, then by name.
pub(crate) fn render(object: &ObjectSchema, timeouts: Option<DefaultTimeouts>) -> String {
    let writer = Writer { timeouts };
    let mut page = String::from("## Schema\n");
    if has_write_only(object) {
        page.push_str(&format!(
            "\n-> **Note:** [Write-only attributes]({WRITE_ONLY}) need Terraform 1.11 or later.\n"
        ));
    }
    writer.object(object, &[], &mut page);
    page
}

/// Lists the attributes of a flat object under headings of their own.
pub(crate) fn render_identity(object: &ObjectSchema) -> String {
    let mut page = String::new();
    // Each heading is a level below the one of the section.
    Writer { timeouts: None }.object(object, &[], &mut page);
    page.replace("\n### ", "\n#### ")
}

struct Writer {
    timeouts: Option<DefaultTimeouts>,
}

/// Who sets an attribute, as headings have it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

impl Group {
    const ALL: [Self; 3] = [Self::Required, Self::Optional, Self::ReadOnly];

    fn of(attribute: &Attribute) -> Self {
        match attribute.mode {
            Mode::Required => Self::Required,
            Mode::Optional | Mode::OptionalComputed => Self::Optional,
            Mode::Computed => Self::ReadOnly,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Required => "Required",
            Self::Optional => "Optional",
            Self::ReadOnly => "Read-Only",
        }
    }
}

impl Writer {
    fn object(&self, object: &ObjectSchema, path: &[&str], page: &mut String) {
        for rule in &object.rules {
            page.push_str(&format!("\n{}\n", prose::rule(*rule)));
        }
        let mut attributes: Vec<_> = object.attributes.iter().collect();
        attributes.sort_by_key(|attribute| attribute.name);
        let mut nested = Vec::new();
        for group in Group::ALL {
            let members: Vec<_> =
                attributes.iter().filter(|attribute| Group::of(attribute) == group).collect();
            if members.is_empty() {
                continue;
            }
            let heading =
                if path.is_empty() { format!("### {}", group.name()) } else { format!("{}:", group.name()) };
            page.push_str(&format!("\n{heading}\n\n"));
            for attribute in members {
                page.push_str(&self.line(attribute, path));
                if let Kind::Nested(_, inner) = &attribute.kind {
                    nested.push((attribute.name, inner));
                }
            }
        }
        for (name, inner) in nested {
            let path = [path, &[name]].concat();
            let anchor = anchor(&path);
            page.push_str(&format!(
                "\n<a id=\"{anchor}\"></a>\n### Nested Schema for `{}`\n",
                path.join(".")
            ));
            self.object(inner, &path, page);
        }
    }

    fn line(&self, attribute: &Attribute, path: &[&str]) -> String {
        let mut traits = vec![type_name(&attribute.kind)];
        if attribute.sensitive {
            traits.push("Sensitive".to_owned());
        }
        if attribute.write_only {
            traits.push(format!("[Write-only]({WRITE_ONLY})"));
        }
        if attribute.deprecation.is_some() {
            traits.push("Deprecated".to_owned());
        }
        let text = prose::attribute(attribute, self.timeout(attribute, path));
        let below = match attribute.kind {
            Kind::Plain(_) => String::new(),
            Kind::Nested(..) => {
                let anchor = anchor(&[path, &[attribute.name]].concat());
                format!(" (see [below for nested schema](#{anchor}))")
            }
        };
        format!("- `{}` ({}) {text}{below}\n", attribute.name, traits.join(", "))
    }

    /// The default of one of the attributes in `timeouts`, which no schema holds.
    fn timeout(&self, attribute: &Attribute, path: &[&str]) -> Option<String> {
        let timeouts = self.timeouts.filter(|_| path == ["timeouts"])?;
        let limit = match attribute.name {
            "create" => timeouts.create,
            "read" => timeouts.read,
            "update" => timeouts.update,
            "delete" => timeouts.delete,
            _ => return None,
        };
        Some(prose::duration(limit))
    }
}

fn has_write_only(object: &ObjectSchema) -> bool {
    object.attributes.iter().any(|attribute| {
        attribute.write_only || matches!(&attribute.kind, Kind::Nested(_, inner) if has_write_only(inner))
    })
}

fn anchor(path: &[&str]) -> String {
    format!("nestedatt--{}", path.join("--"))
}

/// The name of a type as the registry has it.
pub(crate) fn type_name(kind: &Kind) -> String {
    fn plain(ty: &Type) -> String {
        match ty {
            Type::Bool => "Boolean".to_owned(),
            Type::Number => "Number".to_owned(),
            Type::String => "String".to_owned(),
            Type::Any => "Dynamic".to_owned(),
            Type::List(element) => format!("List of {}", plain(element)),
            Type::Set(element) => format!("Set of {}", plain(element)),
            Type::Map(element) => format!("Map of {}", plain(element)),
            Type::Object(_) => "Object".to_owned(),
            Type::Tuple(_) => "Tuple".to_owned(),
        }
    }
    match kind {
        Kind::Plain(ty) => plain(ty),
        Kind::Nested(Nesting::Single, _) => "Attributes".to_owned(),
        Kind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        Kind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        Kind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use sparki_core::{Dynamic, Field, Replace, Rule, Timeouts};

    use super::*;

    fn text(name: &'static str, description: &'static str) -> Attribute {
        Attribute::new(name, description, Kind::Plain(Type::String))
    }

    #[test]
    fn attributes_are_listed_by_who_sets_them() {
        let secret = ObjectSchema {
            attributes: vec![
                Attribute { sensitive: true, write_only: true, ..text("key_wo", "Key.") },
                text("file", "Where the key is.\nSet this or `key_wo`."),
            ],
            rules: vec![Rule::ExactlyOneOf(&["key_wo", "file"])],
        };
        let object = ObjectSchema {
            attributes: vec![
                Attribute { mode: Mode::Computed, ..text("id", "Identifier. Set this or `path`.") },
                Attribute { kind: Kind::Nested(Nesting::List, secret), ..text("secrets", "Secrets.") },
                Attribute {
                    mode: Mode::OptionalComputed,
                    kind: Kind::Plain(Type::String.set()),
                    replace: Replace::Always,
                    ..text("regions", "Regions. Changing it makes a new thing. In order.")
                },
                Attribute { default: Some(|| Dynamic::from("main")), ..text("branch", "Branch.") },
                Attribute { mode: Mode::Required, deprecation: Some("Use `id`."), ..text("name", "Name.") },
                Attribute { kind: Timeouts::kind(), ..text("timeouts", "How long operations may take.") },
            ],
            rules: Vec::new(),
        };
        expect![[r###"
            ## Schema

            -> **Note:** [Write-only attributes](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments) need Terraform 1.11 or later.

            ### Required

            - `name` (String, Deprecated) Name. **Deprecated.** Use `id`.

            ### Optional

            - `branch` (String) Branch. Default: `"main"`.
            - `regions` (Set of String) Regions. In order. Changing this replaces the resource.
            - `secrets` (Attributes List) Secrets. (see [below for nested schema](#nestedatt--secrets))
            - `timeouts` (Attributes) How long operations may take. (see [below for nested schema](#nestedatt--timeouts))

            ### Read-Only

            - `id` (String) Identifier.

            <a id="nestedatt--secrets"></a>
            ### Nested Schema for `secrets`

            Set exactly one of `key_wo` and `file`.

            Optional:

            - `file` (String) Where the key is. Set this or `key_wo`.
            - `key_wo` (String, Sensitive, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)) Key.

            <a id="nestedatt--timeouts"></a>
            ### Nested Schema for `timeouts`

            Optional:

            - `create` (String) How long making the object may take, such as `30m`. Default: `30m`.
            - `delete` (String) How long removing the object may take, such as `30m`. Default: `20m`.
            - `read` (String) How long looking at the object may take, such as `5m`. Default: `5m`.
            - `update` (String) How long changing the object may take, such as `30m`. Default: `60m`.
        "###]]
        .assert_eq(&render(&object, Some(DefaultTimeouts::minutes(30, 5, 60, 20))));
    }
}

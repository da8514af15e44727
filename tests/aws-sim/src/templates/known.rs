//! Which launch templates there are.

use std::collections::BTreeMap;

use crate::{calls::Call, document::Document, refusal::Refusal, region::Region};

/// The launch templates that requests have named, as moto had them then. Without moto nobody knows any.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    known: BTreeMap<(Region, String), Option<Template>>,
}

/// A launch template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The version that counts where none is named.
    pub(crate) default: i64,
    pub(crate) latest: i64,
}

impl Templates {
    /// Notes what moto has answered about the template of this id or name.
    pub(super) fn note(&mut self, region: &Region, named: String, found: Option<Template>) {
        self.known.insert((region.clone(), named), found);
    }

    /// The template that a request names, with its id, its name and a number of a version, as EKS answers it.
    pub(crate) fn resolve(&self, call: &Call) -> Result<Document, Refusal> {
        let given = call.input.inner("launchTemplate");
        let refuse = |message: String| Err(Refusal::new("InvalidParameterException", message));
        let named = match (given.text("id"), given.text("name")) {
            (Some(id), None) => id,
            (None, Some(name)) => name,
            (Some(_), Some(_)) | (None, None) => {
                return refuse("Either launch template ID or name is required, but not both".to_owned());
            }
        };
        let template = match self.known.get(&(call.region.clone(), named.to_owned())) {
            Some(Some(template)) => template,
            Some(None) => return refuse(format!("The launch template {named} does not exist.")),
            None => return Ok(given),
        };
        let version = match given.text("version") {
            None | Some("$Default") => Some(template.default),
            Some("$Latest") => Some(template.latest),
            Some(number) => number.parse().ok().filter(|number| (1..=template.latest).contains(number)),
        };
        let Some(version) = version else {
            return refuse(format!(
                "The launch template {named} does not have the version that is asked for."
            ));
        };
        let document = Document::new().with("id", template.id.as_str()).with("name", template.name.as_str());
        Ok(document.with("version", version.to_string()))
    }
}

//! The function `slugify`.

use sparki_core::{Function, FunctionError, Value};
use sparki_derive::Model;

use crate::slug::{LONGEST, slugify};

/// The function `slugify`.
#[derive(Clone, Copy, Debug)]
pub enum Slugify {}

/// Makes of any text a slug: the name that an object has in URLs and paths. Letters from A to Z become lower case, and each
/// run of anything else than letters from A to Z and digits becomes one hyphen, none at the ends.
///
/// It is what the control plane makes of the `name` of an object without a `slug`, so that both are known while planning. A
/// text of which no slug can be made, for it has less than two letters or digits, or more than 255 characters would be left, is an error.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SlugifyArguments {
    /// Any text, such as the name of a project.
    #[attr(required)]
    pub text: Value<String>,
}

impl Function for Slugify {
    const NAME: &'static str = "slugify";
    const SUMMARY: &'static str = "Makes the name in URLs and paths of any text.";
    type Arguments = SlugifyArguments;
    type Output = String;

    fn call(arguments: SlugifyArguments) -> Result<String, FunctionError> {
        let text = arguments.text.known().map(String::as_str).unwrap_or_default();
        let slug = slugify(text);
        let problem = match slug.len() {
            2..=LONGEST => return Ok(slug),
            0 | 1 => {
                "a slug has at least two letters from A to Z or digits. Add some, or write the slug yourself"
            }
            _ => "the slug would be longer than 255 characters. Shorten the text, for instance with substr()",
        };
        Err(FunctionError::new(format!("No slug can be made of the text: {problem}.")).at(0))
    }
}

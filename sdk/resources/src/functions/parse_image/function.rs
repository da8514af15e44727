//! The function `parse_image`.

use sparki_core::{Function, FunctionError, Value};
use sparki_derive::Model;

use super::reference::Reference;

/// The function `parse_image`.
#[derive(Clone, Copy, Debug)]
pub enum ParseImage {}

/// Takes the reference of a container image apart: `registry/repository:tag@digest`, of which only the repository must be
/// there.
///
/// Without a registry it is Docker Hub, `docker.io`, whose own images are in `library/`: `nginx` is
/// `docker.io/library/nginx`. What stands before the first `/` is a registry if it has a dot or a port, or is `localhost`.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ParseImageArguments {
    /// Reference of the image, such as `ghcr.io/acme/web:1.4.2`.
    #[attr(required)]
    pub reference: Value<String>,
}

/// The parts of the reference of a container image.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Image {
    /// Host of the registry, with its port if there is one.
    #[attr(computed)]
    pub registry: Value<String>,
    /// Path of the image in the registry.
    #[attr(computed)]
    pub repository: Value<String>,
    /// Tag. Null if the reference has none; registries then take `latest`, unless there is a digest.
    #[attr(computed)]
    pub tag: Value<String>,
    /// Digest, such as `sha256:` and 64 hexadecimal digits. Null if the reference has none.
    #[attr(computed)]
    pub digest: Value<String>,
}

impl Function for ParseImage {
    const NAME: &'static str = "parse_image";
    const SUMMARY: &'static str = "Takes the reference of a container image apart.";
    type Arguments = ParseImageArguments;
    type Output = Image;

    fn call(arguments: ParseImageArguments) -> Result<Image, FunctionError> {
        let text = arguments.reference.known().map(String::as_str).unwrap_or_default();
        let reference = Reference::parse(text).map_err(|problem| {
            FunctionError::new(format!("This is not the reference of an image: {problem}.")).at(0)
        })?;
        Ok(Image {
            registry: reference.registry.into(),
            repository: reference.repository.into(),
            tag: reference.tag.into(),
            digest: reference.digest.into(),
        })
    }
}

//! The examples in a type's folder.

use std::io;
use std::path::{Path, PathBuf};

use sparki_core::{ErasedResource, Mode, Schema};

/// A source from which no page can be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file does not say what it should.
    #[error("{} {problem}", path.display())]
    Content {
        /// Path of the file.
        path: PathBuf,
        /// What is missing, to follow the path: `has no "terraform import"`.
        problem: String,
    },
}

/// The examples of one type, each without white space at the end.
#[derive(Clone, Debug)]
pub(crate) struct Examples {
    /// Content of `example.tf`: the resource in use.
    pub(crate) resource: String,
    /// Content of `data.tf`: the data source in use.
    pub(crate) data_source: String,
    /// Content of `import.sh`: an import command for each form of id.
    pub(crate) import: String,
    /// What the commands in `import.sh` say.
    pub(crate) commands: Vec<ImportCommand>,
    /// Content of `identity.tf`: an import by identity. Empty for a type without one.
    pub(crate) identity: String,
    /// Content of `list.tfquery.hcl`: a list of objects. Empty for a type whose objects cannot be listed.
    pub(crate) list: String,
}

/// One `terraform import`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportCommand {
    /// Address of the resource: `sparki_pipeline.ci`.
    pub(crate) address: String,
    /// Id of the remote object in one of the accepted forms.
    pub(crate) id: String,
}

impl Examples {
    /// Reads the examples of a type and checks that they are about it.
    ///
    /// # Errors
    /// [`SourceError`] if a file cannot be read, does not use the type, or leaves a form of import id or a required part
    /// of the identity out.
    pub(crate) fn read(folder: &Path, of: &dyn ErasedResource) -> Result<Self, SourceError> {
        let (type_name, forms) = (of.type_name(), of.import_forms());
        let resource = uses(&folder.join("example.tf"), &format!("resource \"{type_name}\" "))?;
        let data_source = uses(&folder.join("data.tf"), &format!("data \"{type_name}\" "))?;
        let path = folder.join("import.sh");
        let import = read(&path)?;
        let commands = commands(&import);
        let lacks =
            |what: String| SourceError::Content { path: path.clone(), problem: format!("lacks {what}") };
        if let Some((form, _)) =
            forms.iter().find(|(form, _)| commands.iter().all(|command| command.id != *form))
        {
            return Err(lacks(format!("the import id {form}")));
        }
        let declared = |command: &ImportCommand| {
            let (ty, name) = command.address.split_once('.').unwrap_or_default();
            ty == type_name && resource.contains(&format!("resource \"{ty}\" \"{name}\" "))
        };
        if !commands.iter().all(declared) {
            return Err(lacks("an address that example.tf declares".to_owned()));
        }
        let identity = match of.identity_schema() {
            Some(schema) => identity(&folder.join("identity.tf"), type_name, schema)?,
            None => String::new(),
        };
        let list = match of.filter_schema() {
            Some(_) => uses(&folder.join("list.tfquery.hcl"), &format!("list \"{type_name}\" "))?,
            None => String::new(),
        };
        Ok(Self { resource, data_source, import, commands, identity, list })
    }
}

/// Reads the example of an import by identity, which names everything that is required.
fn identity(path: &Path, type_name: &str, schema: &Schema) -> Result<String, SourceError> {
    let text = read(path)?;
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let assigns = |name: &str| lines.iter().any(|line| line.starts_with(&[name, "="]));
    let required = schema.object.attributes.iter().filter(|attribute| attribute.mode == Mode::Required);
    let absent = required.map(|attribute| attribute.name).find(|name| !assigns(name));
    let problem = match absent {
        Some(name) => format!("does not set {name}"),
        None if !text.contains(&format!("= {type_name}.")) => format!("does not import a {type_name}"),
        None => return Ok(text),
    };
    Err(SourceError::Content { path: path.to_owned(), problem })
}

/// Reads a file, without white space at the end.
pub(crate) fn read(path: &Path) -> Result<String, SourceError> {
    std::fs::read_to_string(path)
        .map(|text| text.trim_end().to_owned())
        .map_err(|source| SourceError::Read { path: path.to_owned(), source })
}

/// Reads a file that has a certain text in it.
pub(crate) fn uses(path: &Path, block: &str) -> Result<String, SourceError> {
    let text = read(path)?;
    if text.contains(block) {
        return Ok(text);
    }
    Err(SourceError::Content { path: path.to_owned(), problem: format!("has no {}", block.trim_end()) })
}

fn commands(script: &str) -> Vec<ImportCommand> {
    let words = script.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let commands = words.filter_map(|words| match words[..] {
        ["terraform", "import", address, id] => {
            Some(ImportCommand { address: address.to_owned(), id: id.trim_matches(['"', '\'']).to_owned() })
        }
        _ => None,
    });
    commands.collect()
}

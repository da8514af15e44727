//! The models of the services that are played here, from botocore's folder of data.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;

use crate::{protocol::Model, service::Service};

/// The model of each service.
#[derive(Debug)]
pub(crate) struct Library(BTreeMap<Service, Model>);

/// Why there are no models.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelsError {
    /// The folder has no model of a service.
    #[error(
        "there is no model of {service} in {}: name the folder botocore/data of a Python environment with botocore. \
         scripts/python-tools installs one at .work/python/lib/python3.*/site-packages/botocore/data; elsewhere \
         `pip install botocore` does",
        folder.display()
    )]
    Missing {
        /// The service.
        service: Service,
        /// The folder that was named.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is no model.
    #[error("failed to understand {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: serde_json::Error,
    },
}

impl Library {
    /// Reads the newest model of each service: `<folder>/<service>/<version>/service-2.json`, or the same gzipped.
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelsError> {
        let models = Service::ALL.into_iter().map(|service| Ok((service, read(folder, service)?)));
        models.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn model(&self, service: Service) -> &Model {
        self.0.get(&service).expect("a library has every service")
    }
}

fn read(folder: &Path, service: Service) -> Result<Model, ModelsError> {
    let path = newest(&folder.join(service.folder()))
        .ok_or_else(|| ModelsError::Missing { service, folder: folder.to_owned() })?;
    let text = text(&path).map_err(|source| ModelsError::Unreadable { path: path.clone(), source })?;
    serde_json::from_slice(&text).map_err(|source| ModelsError::Malformed { path, source })
}

/// The folders are named after dates.
fn newest(service: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(service).ok()?.filter_map(Result::ok);
    let files = versions
        .flat_map(|version| ["service-2.json.gz", "service-2.json"].map(|name| version.path().join(name)));
    files.filter(|path| path.is_file()).max()
}

fn text(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut file = BufReader::new(File::open(path)?);
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(file).read_to_end(&mut text)?;
    } else {
        file.read_to_end(&mut text)?;
    }
    Ok(text)
}

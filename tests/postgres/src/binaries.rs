//! Where the programs of PostgreSQL are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of `initdb` and `postgres`: named in `SPARKI_POSTGRES_BIN`, on the `PATH`, where Debian's package has them, or where
/// `scripts/postgres` has put them.
///
/// # Panics
///
/// When there is none; the message says what to do.
pub(crate) fn folder() -> PathBuf {
    let named = env::var_os("SPARKI_POSTGRES_BIN").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter_map(resolved);
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work/postgres/usr/lib/postgresql");
    let packaged = versions(Path::new("/usr/lib/postgresql")).chain(versions(&checkout));
    let found = named.into_iter().chain(on_path).chain(packaged).find(|folder| has_server(folder));
    found.unwrap_or_else(|| {
        panic!(
            "PostgreSQL was not found. Run scripts/postgres, install Debian's package postgresql, or name the folder of \
             initdb in SPARKI_POSTGRES_BIN."
        )
    })
}

/// Whether a folder holds the server and what sets it up.
fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// The real folder of the `initdb` on the path: it may be a link to one beside which `postgres` is.
fn resolved(folder: PathBuf) -> Option<PathBuf> {
    fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned)
}

/// The program folders of all installed versions, newest first.
fn versions(root: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder)
}

//! The stand-in as a program.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running stand-in, on a port of its own.
pub(crate) struct Program {
    pub(crate) url: String,
    child: Child,
}

impl Program {
    /// Starts it, and waits until it says where it is.
    pub(crate) fn start(others: &[&str]) -> Self {
        let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/lib");
        let mut folders =
            fs::read_dir(library).unwrap().map(|it| it.unwrap().path().join("site-packages/botocore/data"));
        let models = folders.find(|folder| folder.is_dir()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sparki-aws-sim"))
            .args(["serve", "--listen", "127.0.0.1:0", "--models"])
            .arg(models)
            .args(others)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        let (_, url) = line.trim().split_once("AWS is played at ").unwrap_or_else(|| panic!("{line}"));
        Self { url: url.to_owned(), child }
    }

    /// Asks it to stop, and checks that it does so willingly.
    pub(crate) fn stop(mut self) {
        let status = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
        assert!(self.child.wait().unwrap().success(), "it stops on SIGTERM without complaint");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

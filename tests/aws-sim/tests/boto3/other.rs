//! Other stand-ins: moto and ministack.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
};

use crate::python_tool;

/// A running stand-in that is not ours; it ends with the test.
pub(crate) struct Other {
    pub(crate) url: String,
    child: Child,
}

impl Other {
    pub(crate) fn moto() -> Self {
        let mut command = Command::new(python_tool("python", "moto_server"));
        command.args(["-H", "127.0.0.1", "-p", "0"]);
        Self::start(command)
    }

    pub(crate) fn ministack() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
        let mut command = Command::new(python_tool("ministack", "ministack"));
        command.envs([("BIND_HOST", "127.0.0.1"), ("MINISTACK_ACCOUNT_ID", "123456789012")]);
        command.env("GATEWAY_PORT", free.port().to_string());
        Self::start(command)
    }

    /// Starts one, and waits until it says where it is.
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let url = loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "it does not start:\n{said}");
            said.push_str(&line);
            if let Some((_, after)) = line.split_once("Running on ") {
                break after.split_whitespace().next().unwrap_or_default().to_owned();
            }
        };
        // It would stop at a full pipe.
        thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self { url, child }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

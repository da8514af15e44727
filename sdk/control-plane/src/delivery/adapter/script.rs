//! Scripts, run by `/bin/sh` in a process group of their own with nothing of the server's environment.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
};

use crate::delivery::adapter::{Performed, surroundings::Surroundings};

/// How much of what a script says is kept, in bytes.
const MOST_OUTPUT: usize = 64 * 1024;

/// A script that is to run.
pub(super) struct Script<'a> {
    pub(super) command: &'a str,
    pub(super) surroundings: &'a Surroundings,
    pub(super) timeout: Duration,
}

/// Runs a script to its end, or to the end of its time; it is good if it exits with 0. Nothing it has started is left, also
/// if nobody waits for it any more. What it says is kept without the secrets it was given.
pub(super) async fn run(script: &Script<'_>) -> Performed {
    let mut command = Command::new("/bin/sh");
    // One pipe for both keeps what is said in order.
    command.arg("-c").arg(format!("exec 2>&1\n{}", script.command));
    command.env_clear().envs(&script.surroundings.variables);
    command.current_dir(std::env::temp_dir()).stdin(Stdio::null()).stdout(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Performed::bad(format!("The script could not be started: {error}.")),
    };
    let group = Group::of(child.id());
    let mask = &script.surroundings.mask;
    let mut output = Vec::new();
    let pipe = child.stdout.take();
    let ended = {
        let waiting = async {
            let status = child.wait().await;
            // What the script has left behind holds the pipe open.
            group.kill();
            status
        };
        let reading = async {
            if let Some(pipe) = pipe {
                read(pipe, &mut output, mask.reach(MOST_OUTPUT)).await;
            }
        };
        tokio::time::timeout(script.timeout, async { tokio::join!(waiting, reading).0 }).await
    };
    let performed = match ended {
        Ok(Ok(status)) if status.success() => Performed::good("The script exited with 0."),
        Ok(Ok(status)) => Performed::bad(match status.code() {
            Some(code) => format!("The script exited with {code}."),
            None => "The script was killed.".to_owned(),
        }),
        Ok(Err(error)) => Performed::bad(format!("The script was lost: {error}.")),
        Err(_) => {
            let seconds = script.timeout.as_secs();
            Performed::bad(format!("The script took longer than {seconds} seconds and was killed."))
        }
    };
    let output = mask.cover(&output, MOST_OUTPUT);
    performed.saying(String::from_utf8_lossy(&output).lines().map(str::to_owned).collect())
}

/// Reads to the end and keeps the first `most` bytes: a script must not stop because nobody listens.
async fn read(mut pipe: impl AsyncRead + Unpin, output: &mut Vec<u8>, most: usize) {
    let mut chunk = [0; 8192];
    while let Ok(length @ 1..) = pipe.read(&mut chunk).await {
        let room = most.saturating_sub(output.len());
        output.extend_from_slice(&chunk[..length.min(room)]);
    }
}

/// The processes of a script; they end with it.
struct Group(Option<nix::unistd::Pid>);

impl Group {
    fn of(leader: Option<u32>) -> Self {
        Self(leader.and_then(|id| i32::try_from(id).ok()).map(nix::unistd::Pid::from_raw))
    }

    fn kill(&self) {
        if let Some(group) = self.0 {
            // It may be empty already.
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{delivery::adapter::Verdict, variables::given::Values};

    /// With a variable, and with a secret that is `hunter2`.
    fn surroundings() -> Surroundings {
        let named = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let values = Values { variables: named("COLOUR", "red"), secrets: named("TOKEN", "hunter2") };
        Surroundings::with(values, BTreeMap::from([("SPARKI_STEP", "s-1".to_owned())])).unwrap()
    }

    async fn check_script(command: &str, verdict: Verdict, lines: &[&str]) {
        let timeout = Duration::from_secs(20);
        let performed = run(&Script { command, surroundings: &surroundings(), timeout }).await;
        assert_eq!(
            (performed.verdict, performed.lines),
            (verdict, lines.iter().map(|l| (*l).to_owned()).collect())
        );
    }

    #[tokio::test]
    async fn a_script_sees_its_variables_and_nothing_of_the_server() {
        let command = "echo out; echo err >&2; env | grep -v '^_=\\|^PWD=\\|^SHLVL=' | sort";
        let path = format!("PATH={}", surroundings().variables["PATH"]);
        let lines = ["out", "err", "COLOUR=red", &path, "SPARKI_STEP=s-1", "TOKEN=***"];
        check_script(command, Verdict::Good, &lines).await;
    }

    #[tokio::test]
    async fn a_secret_at_the_end_of_what_is_kept_does_not_show() {
        let command = format!("head -c {} /dev/zero | tr '\\0' 'x'; echo $TOKEN", MOST_OUTPUT - 3);
        let line = format!("{}***", "x".repeat(MOST_OUTPUT - 3));
        check_script(&command, Verdict::Good, &[&line]).await;
    }

    #[tokio::test]
    async fn a_script_that_fails_says_with_what() {
        check_script("echo no; exit 3", Verdict::Bad, &["no"]).await;
    }

    #[tokio::test]
    async fn output_without_end_is_read_and_cut() {
        let script = Script {
            command: "head -c 1000000 /dev/zero | tr '\\0' 'x'",
            surroundings: &surroundings(),
            timeout: Duration::from_secs(20),
        };
        let performed = run(&script).await;
        assert_eq!((performed.verdict, performed.lines[0].len()), (Verdict::Good, MOST_OUTPUT));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_killed_with_all_it_has_started() {
        let directory = tempfile::tempdir().unwrap();
        let left = directory.path().join("child");
        let command = format!("sleep 600 & echo $! > {}; wait", left.display());
        let timeout = Duration::from_millis(300);
        let script = Script { command: &command, surroundings: &surroundings(), timeout };
        assert_eq!(run(&script).await.verdict, Verdict::Bad);
        let child: i32 = std::fs::read_to_string(left).unwrap().trim().parse().unwrap();
        // Killed, and then gone as soon as somebody has collected it. It would live for ten minutes.
        let lives = || {
            let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            !state.is_empty() && !state.contains(") Z ")
        };
        let patience = std::time::Instant::now() + Duration::from_secs(60);
        while lives() {
            assert!(std::time::Instant::now() < patience, "the script's child is still there");
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn what_a_script_leaves_behind_does_not_keep_it_from_ending() {
        check_script("sleep 600 & echo done", Verdict::Good, &["done"]).await;
    }
}

//! Runs a command with progress, and keeps its output for when it fails.

use std::fmt;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// How often a long step says on a plain output that it is still alive.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How often the child is looked at while it prints nothing.
const TICK: Duration = Duration::from_millis(100);

/// What a command left behind.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    /// Standard output and standard error, in the order of their lines.
    pub(crate) output: String,
    pub(crate) took: Duration,
}

/// Says what is being done while the command runs, and how long it took. When it fails, prints all that it said.
pub(crate) fn quiet(verb: &str, doing: &str, command: &mut Command) -> Result<Finished> {
    let finished = observe(verb, doing, command)?;
    if !finished.status.success() {
        eprint!("{}", finished.output);
        bail!("{doing} failed: {} ended with {}", Shown(command), finished.status);
    }
    println!("{verb}: {doing}: done in {}", Seconds(finished.took));
    Ok(finished)
}

/// Says what is being done while the command runs. Whether it succeeded is for the caller to see.
pub(crate) fn observe(verb: &str, doing: &str, command: &mut Command) -> Result<Finished> {
    let began = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn();
    let mut child = child.with_context(|| format!("cannot start {}", Shown(command)))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);

    let mut progress = Progress::start(verb, doing, began);
    let mut output = String::new();
    loop {
        match lines.recv_timeout(TICK) {
            Ok(line) => keep(&line, &mut output, &mut progress),
            Err(RecvTimeoutError::Disconnected) => break,
            // A process that the child left behind may hold its output open for ever: don't wait for that.
            Err(RecvTimeoutError::Timeout) if child.try_wait().is_ok_and(|status| status.is_some()) => {
                drain(&lines, &mut output, &mut progress);
                break;
            }
            Err(RecvTimeoutError::Timeout) => progress.tick(),
        }
    }
    let status = child.wait().with_context(|| format!("cannot wait for {}", Shown(command)))?;
    progress.end();
    Ok(Finished { status, output, took: began.elapsed() })
}

/// The output of a short command that has nothing to show while it runs; `None` when it cannot be run or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

fn forward(pipe: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(pipe) = pipe else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
}

fn drain(lines: &Receiver<String>, output: &mut String, progress: &mut Progress) {
    while let Ok(line) = lines.try_recv() {
        keep(&line, output, progress);
    }
}

fn keep(line: &str, output: &mut String, progress: &mut Progress) {
    output.push_str(line);
    if !line.ends_with('\n') {
        output.push('\n');
    }
    progress.line(line.trim());
}

/// A spinner on a terminal; elsewhere plain lines, with a sign of life now and then.
struct Progress {
    verb: String,
    doing: String,
    began: Instant,
    bar: Option<ProgressBar>,
    next_heartbeat: Duration,
    last_line: String,
}

impl Progress {
    fn start(verb: &str, doing: &str, began: Instant) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix} ({elapsed}) {wide_msg}");
            let bar = ProgressBar::new_spinner().with_prefix(format!("{verb}: {doing}"));
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        if bar.is_none() {
            println!("{verb}: {doing}");
        }
        Self {
            verb: verb.to_owned(),
            doing: doing.to_owned(),
            began,
            bar,
            next_heartbeat: HEARTBEAT,
            last_line: String::new(),
        }
    }

    fn line(&mut self, line: &str) {
        if !line.is_empty() {
            line.clone_into(&mut self.last_line);
            if let Some(bar) = &self.bar {
                bar.set_message(line.to_owned());
            }
        }
        self.tick();
    }

    fn tick(&mut self) {
        if let Some(bar) = &self.bar {
            bar.tick();
            return;
        }
        let elapsed = self.began.elapsed();
        if elapsed >= self.next_heartbeat {
            self.next_heartbeat = elapsed + HEARTBEAT;
            println!("{}: {}: still at it after {}: {}", self.verb, self.doing, Seconds(elapsed), self.last_line);
        }
    }

    fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A duration as people read it.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Padded as a whole, so that columns of times line up.
        out.pad(&format!("{:.1} s", self.0.as_secs_f64()))
    }
}

/// A command as one would type it, in backticks.
struct Shown<'a>(&'a Command);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}", self.0.get_program().to_string_lossy())?;
        for argument in self.0.get_args() {
            write!(out, " {}", argument.to_string_lossy())?;
        }
        write!(out, "`")
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Instant;

    use super::{observe, quiet};

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_status_are_kept() {
        let finished = observe("test", "failing", &mut shell("echo out; sleep 0.2; printf err >&2; exit 3")).unwrap();
        assert_eq!(finished.status.code(), Some(3));
        assert_eq!(finished.output, "out\nerr\n");
    }

    #[test]
    fn a_failure_names_the_command_and_a_missing_program_is_said() {
        let failed = quiet("test", "failing", &mut shell("exit 3")).map(|_| ()).unwrap_err();
        assert_eq!(format!("{failed:#}"), "failing failed: `sh -c exit 3` ended with exit status: 3");
        let missing = quiet("test", "starting", &mut Command::new("no-such-program")).map(|_| ()).unwrap_err();
        assert!(format!("{missing:#}").starts_with("cannot start `no-such-program`: "), "{missing:#}");
    }

    #[test]
    fn a_process_left_behind_does_not_hold_the_step_up() {
        let began = Instant::now();
        let finished = observe("test", "leaving", &mut shell("sleep 30 & echo done")).unwrap();
        assert_eq!(finished.output, "done\n");
        assert!(began.elapsed().as_secs() < 20);
    }
}

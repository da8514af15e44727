//! Every input that is kept is withstood, and so is every one that is like it.

use std::path::{Path, PathBuf};

/// The name of a way in, and what it does.
type Target = (&'static str, fn(&[u8]));

/// Every way in.
const TARGETS: [Target; 5] = [
    ("msgpack", fuzz::msgpack),
    ("state", fuzz::state),
    ("path", fuzz::path),
    ("import_id", fuzz::import_id),
    ("validators", fuzz::validators),
];

/// How many damaged copies of each input are tried. A fuzzer tries millions; this is for who has none.
const COPIES: u64 = 200;

pub(crate) fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target)
}

fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let files = std::fs::read_dir(folder(target)).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// The input with some bytes changed, doubled or left out; the same copy for the same number.
fn damaged(input: &[u8], copy: u64) -> Vec<u8> {
    let mut state = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % end.max(1)
    };
    let mut bytes = input.to_vec();
    for _ in 0..=below(3) {
        let at = below(bytes.len());
        match below(4) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(below(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => bytes.extend_from_within(at..),
            _ => bytes.insert(at, u8::try_from(below(256)).unwrap()),
        }
    }
    bytes
}

#[test]
fn every_input_that_is_kept_is_withstood() {
    for (target, withstand) in TARGETS {
        let inputs = inputs(target);
        assert!(!inputs.is_empty(), "{target} has no inputs");
        for (path, input) in inputs {
            // The test's output is shown if it fails, and says where.
            println!("{}", path.display());
            withstand(&input);
        }
    }
}

#[test]
fn damaged_copies_of_the_inputs_are_withstood() {
    for (target, withstand) in TARGETS {
        withstand(&[]);
        for (path, input) in inputs(target) {
            for copy in 0..COPIES {
                println!("copy {copy} of {}", path.display());
                withstand(&damaged(&input, copy));
            }
        }
    }
}

#[test]
fn every_way_in_has_a_fuzzer() {
    let programs = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin")).unwrap();
    let mut programs: Vec<_> = programs
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut targets = TARGETS.map(|(target, _)| target);
    programs.sort();
    targets.sort_unstable();
    assert_eq!(programs, targets);
}

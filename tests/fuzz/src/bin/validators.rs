//! The fuzzer of [`fuzz::validators`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::validators(data));

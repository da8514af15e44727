//! The fuzzer of [`fuzz::import_id`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::import_id(data));

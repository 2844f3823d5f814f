#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eventodb_admin::fuzzed::csv(bytes));

//! What every crate and every registered type must keep. The tests are in `tests/conformance`.

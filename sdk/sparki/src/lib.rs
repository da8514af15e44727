//! sparki.

//! sparki-resources.

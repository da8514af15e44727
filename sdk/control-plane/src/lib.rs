//! sparki-control-plane.

//! sparki-topology.

//! sparki-reconcile.

//! sparki-plan.

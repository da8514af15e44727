//! sparki-aws.

//! Derives the one definition of a resource.

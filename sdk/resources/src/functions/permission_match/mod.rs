//! `permission_match`: tells whether patterns cover a permission.

mod function;
#[cfg(test)]
mod tests;

pub use function::{PermissionMatch, PermissionMatchArguments};

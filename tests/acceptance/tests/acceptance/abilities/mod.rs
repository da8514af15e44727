//! What Terraform makes of each ability of a provider, with the test provider.

mod blocks;
mod ephemeral;
mod functions;
mod moved;
mod stored;
mod values;

//! The debug mode: a provider that was started by hand, and Terraform attaching to it.

use std::io::{self, Write};

use serde_json::json;

use crate::handshake::PROTOCOL_VERSION;
use crate::listener::Address;

/// Tells a person how to make Terraform use this process.
///
/// # Errors
/// Whatever `out` answers.
pub fn announce(out: &mut impl Write, provider: &str, address: &Address, process_id: u32) -> io::Result<()> {
    let providers = json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": process_id,
            // Terraform then neither ends this process nor waits for its end.
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        }
    });
    writeln!(out, "The provider is running. Set this where Terraform runs:\n")?;
    writeln!(out, "\tTF_REATTACH_PROVIDERS='{providers}'\n")?;
    writeln!(out, "Interrupt this process to end it.")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_what_terraform_reads() {
        let mut out = Vec::new();
        announce(&mut out, "example.com/acme/depot", &Address::Unix("/tmp/plugin1".into()), 123).unwrap();
        let text = String::from_utf8(out).unwrap();
        let value = text.split('\'').nth(1).unwrap();
        let expected = json!({
            "example.com/acme/depot": {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": 123,
                "Test": true,
                "Addr": {"Network": "unix", "String": "/tmp/plugin1"},
            }
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(value).unwrap(), expected);
    }
}

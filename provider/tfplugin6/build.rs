//! Generates the wire code from `proto/`, in pure Rust: no `protoc` is needed.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = protox::compile(["tfplugin6.proto", "plugin.proto"], ["proto"])?;
    tonic_prost_build::configure()
        // Order reaches Terraform, so maps are ordered.
        .btree_map(".")
        // Values are cut out of the received message instead of copied.
        .bytes(".")
        // What a service does not implement answers UNIMPLEMENTED.
        .generate_default_stubs(true)
        // The one size limit that matters is set by the server, and connections come from outside.
        .build_transport(false)
        .emit_rerun_if_changed(false)
        .compile_fds(files)?;
    Ok(())
}

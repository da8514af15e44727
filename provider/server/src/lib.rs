//! terraform-provider-sparki.

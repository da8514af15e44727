//! The provider's executable.

use std::process::ExitCode;
use std::sync::Arc;

use terraform_provider_sparki::product::Product;
use terraform_provider_sparki::service::Service;
use terraform_provider_sparki::sparki::Sparki;

fn main() -> ExitCode {
    let product: Arc<dyn Product> = Arc::new(Sparki::new());
    terraform_provider_sparki::run(move |operations| Service::new(Arc::clone(&product), operations))
}

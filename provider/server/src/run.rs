//! The life of the process, from its arguments to its exit code.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Builder;

use crate::command_line::{Invocation, help};
use crate::handshake::Host;
use crate::lifecycle::{Mode, Parent, Process, watch};
use crate::listener::Listener;
use crate::product::Product;
use crate::serve::serve;
use crate::service::Service;
use crate::signals::Signals;
use crate::tls::{Identity, TlsError};
use crate::{logging, panic_report, reattach};

/// The process could not start to serve.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("failed to start the runtime")]
    Runtime(#[source] io::Error),
    #[error("failed to take signals")]
    Signals(#[source] io::Error),
    #[error("failed to prepare TLS")]
    Tls(#[from] TlsError),
    #[error("failed to listen")]
    Listen(#[source] io::Error),
    #[error("failed to tell where the provider listens")]
    Announce(#[source] io::Error),
}

/// Does what the command line and the environment ask for, until the process should end.
///
/// Nothing of `product` is asked for before the handshake but what it is called.
pub fn run(product: Arc<dyn Product>) -> ExitCode {
    let about = product.about();
    let parent = Parent::current();
    let served = match Invocation::parse(std::env::args_os().skip(1)) {
        Invocation::Plugin => match Host::read(|name| std::env::var_os(name)) {
            Some(host) => live(&host, Mode::Plugin, parent, product),
            None => return refuse(&help(about)),
        },
        Invocation::Debug => live(&Host::absent(), Mode::Debug, parent, product),
        Invocation::Help => return say(&help(about)),
        Invocation::Version => return say(&format!("terraform-provider-{} v{}", about.name, about.version)),
        Invocation::Refused(argument) => {
            return refuse(&format!("There is no argument {argument:?}.\n\n{}", help(about)));
        }
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut source = error.source();
            while let Some(error) = source {
                text = format!("{text}: {error}");
                source = error.source();
            }
            refuse(&text)
        }
    }
}

fn live(host: &Host, mode: Mode, parent: Parent, product: Arc<dyn Product>) -> Result<(), StartError> {
    let about = product.about();
    panic_report::install();
    logging::start(about, |name| std::env::var(name).ok());
    // One thread does: Terraform's own core is what takes the time (measured).
    let runtime = Builder::new_current_thread().enable_all().build().map_err(StartError::Runtime)?;
    let served = runtime.block_on(async {
        let mut signals = Signals::take().map_err(StartError::Signals)?;
        let identity = host.client_certificate.as_deref().map(Identity::for_host).transpose()?;
        let listener = Listener::bind(host).map_err(StartError::Listen)?;
        let address = listener.address();
        match mode {
            Mode::Plugin => {
                let certificate = identity.as_ref().map(|identity| &identity.certificate);
                host.announce(&mut io::stdout().lock(), &address, certificate)
            }
            Mode::Debug => {
                reattach::announce(&mut io::stdout().lock(), about.address, &address, std::process::id())
            }
        }
        .map_err(StartError::Announce)?;
        let process = Process::new(about.address);
        let acceptor = identity.map(|identity| identity.acceptor);
        let connect = move |operations| Service::new(Arc::clone(&product), operations);
        tokio::join!(
            serve(&listener, acceptor, &process, connect),
            watch(&process, mode, &mut signals, parent),
        );
        Ok(())
    });
    // What still runs on other threads, such as a name lookup, is not worth the host's patience.
    runtime.shutdown_background();
    served
}

fn say(text: &str) -> ExitCode {
    match writeln!(io::stdout().lock(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn refuse(text: &str) -> ExitCode {
    // If nobody reads it, the exit code has to do.
    let _ = writeln!(io::stderr().lock(), "{text}");
    ExitCode::FAILURE
}

//! What every connection is promised, with a small provider in place of the real one.

use std::path::PathBuf;
use std::sync::Mutex;

use rustls::pki_types::CertificateDer;
use tfplugin_server::convert::diagnostic;
use tfplugin_server::handshake::Host;
use tfplugin_server::lifecycle::Process;
use tfplugin_server::listener::{Address, Listener};
use tfplugin_server::serve::serve;
use tfplugin_server::tls::Identity;
use tfplugin_server::{Operations, Subject};
use tfplugin6::Bytes;
use tfplugin6::plugin::Empty;
use tfplugin6::plugin::grpc_broker_client::GrpcBrokerClient;
use tfplugin6::plugin::grpc_controller_client::GrpcControllerClient;
use tfplugin6::plugin::grpc_stdio_client::GrpcStdioClient;
use tfplugin6::v6::provider_server::Provider;
use tfplugin6::v6::{
    Diagnostic, apply_resource_change, configure_provider, get_states, read_resource, stop_provider,
    validate_provider_config,
};
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use acceptance::{Connector, HostCertificate};

/// Answers from memory.
struct Small {
    operations: Operations,
    configured_by: Mutex<String>,
}

#[tonic::async_trait]
impl Provider for Small {
    async fn configure_provider(
        &self,
        request: Request<configure_provider::Request>,
    ) -> Result<Response<configure_provider::Response>, Status> {
        *self.configured_by.lock().unwrap() = request.into_inner().terraform_version;
        Ok(Response::new(configure_provider::Response::default()))
    }

    /// Says who configured this connection.
    async fn validate_provider_config(
        &self,
        _: Request<validate_provider_config::Request>,
    ) -> Result<Response<validate_provider_config::Response>, Status> {
        let summary = self.configured_by.lock().unwrap().clone();
        let diagnostics = vec![Diagnostic { summary, ..Diagnostic::default() }];
        Ok(Response::new(validate_provider_config::Response { diagnostics }))
    }

    /// Returns the private data, or panics if the type is called "panics".
    async fn read_resource(
        &self,
        request: Request<read_resource::Request>,
    ) -> Result<Response<read_resource::Response>, Status> {
        let request = request.into_inner();
        let subject = request.type_name.clone();
        let work = |_| async move {
            assert_ne!(request.type_name, "panics", "as it was told");
            read_resource::Response { private: request.private, ..Default::default() }
        };
        let response = self.operations.run("ReadResource", Subject::Resource(&subject), work).await;
        Ok(Response::new(response.unwrap_or_else(|panicked| read_resource::Response {
            diagnostics: vec![diagnostic::encode(panicked.diagnostic())],
            ..Default::default()
        })))
    }

    /// Runs until it is stopped.
    async fn apply_resource_change(
        &self,
        _: Request<apply_resource_change::Request>,
    ) -> Result<Response<apply_resource_change::Response>, Status> {
        let work = |stop: tokio_util::sync::CancellationToken| async move { stop.cancelled().await };
        let stopped = self.operations.run("ApplyResourceChange", Subject::Provider, work).await;
        stopped.map_err(|panicked| Status::internal(panicked.to_string()))?;
        Ok(Response::new(apply_resource_change::Response {
            private: Bytes::from_static(b"stopped"),
            ..Default::default()
        }))
    }

    async fn stop_provider(
        &self,
        _: Request<stop_provider::Request>,
    ) -> Result<Response<stop_provider::Response>, Status> {
        self.operations.stop();
        Ok(Response::new(stop_provider::Response::default()))
    }
}

/// A provider that serves in this process.
struct Served {
    _directory: tempfile::TempDir,
    socket: PathBuf,
    certificate: Option<CertificateDer<'static>>,
    process: Process,
}

impl Served {
    fn start(host_certificate: Option<&HostCertificate>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let host = Host { socket_directory: Some(directory.path().to_owned()), ..Host::absent() };
        let listener = Listener::bind(&host).unwrap();
        let Address::Unix(socket) = listener.address() else { panic!("not a socket") };
        let identity = host_certificate.map(|certificate| Identity::for_host(&certificate.pem()).unwrap());
        let (acceptor, certificate) = identity.map(|it| (it.acceptor, it.certificate)).unzip();
        let process = Process::new("example.com/acme/small");
        let served = Self { _directory: directory, socket, certificate, process: process.clone() };
        let connect = |operations| Small { operations, configured_by: Mutex::default() };
        tokio::spawn(async move { serve(&listener, acceptor, &process, connect).await });
        served
    }

    fn connector(&self, presented: Option<&HostCertificate>) -> Connector {
        match &self.certificate {
            Some(certificate) => Connector::tls(&self.socket, certificate, presented),
            None => Connector::plaintext(&self.socket),
        }
    }
}

fn read(type_name: &str, private: Bytes) -> read_resource::Request {
    read_resource::Request { type_name: type_name.to_owned(), private, ..Default::default() }
}

async fn is_served(connector: &Connector) -> bool {
    let Ok(mut provider) = connector.provider().await else { return false };
    provider.read_resource(read("a", Bytes::new())).await.is_ok()
}

#[tokio::test]
async fn only_the_host_that_was_announced_is_served() {
    let host = HostCertificate::generate();
    let served = Served::start(Some(&host));
    assert!(!is_served(&served.connector(None)).await, "no certificate");
    assert!(!is_served(&served.connector(Some(&HostCertificate::generate()))).await, "another certificate");
    assert!(
        !is_served(&served.connector(Some(&host.forged()))).await,
        "the right certificate without its key"
    );
    assert!(!is_served(&Connector::plaintext(&served.socket)).await, "plaintext");
    assert!(
        is_served(&served.connector(Some(&host))).await,
        "the right certificate and key, after all of these"
    );
}

#[tokio::test]
async fn a_peer_that_says_nothing_holds_nobody_up() {
    let host = HostCertificate::generate();
    let served = Served::start(Some(&host));
    let _silent = tokio::net::UnixStream::connect(&served.socket).await.unwrap();
    assert!(is_served(&served.connector(Some(&host))).await);
}

#[tokio::test]
async fn a_host_without_a_certificate_is_served_in_plaintext() {
    let served = Served::start(None);
    assert!(is_served(&served.connector(None)).await);
}

#[tokio::test]
async fn a_message_of_20_mib_passes_both_ways() {
    let host = HostCertificate::generate();
    let served = Served::start(Some(&host));
    let mut provider = served.connector(Some(&host)).provider().await.unwrap();
    let large = Bytes::from(vec![7; 20 << 20]);
    let answer = provider.read_resource(read("a", large.clone())).await.unwrap().into_inner();
    assert!(answer.private == large);
}

#[tokio::test]
async fn a_panic_becomes_a_diagnostic_and_the_next_call_works() {
    let served = Served::start(None);
    let mut provider = served.connector(None).provider().await.unwrap();
    let answer = provider.read_resource(read("panics", Bytes::new())).await.unwrap().into_inner();
    assert!(answer.diagnostics[0].detail.contains("as it was told"));
    let answer = provider.read_resource(read("a", Bytes::from_static(b"p"))).await.unwrap().into_inner();
    assert_eq!((answer.diagnostics.len(), answer.private.as_ref()), (0, b"p".as_slice()));
}

#[tokio::test]
async fn every_connection_has_a_configuration_of_its_own() {
    let served = Served::start(None);
    let connector = served.connector(None);
    let mut first = connector.provider().await.unwrap();
    let mut second = connector.provider().await.unwrap();
    for (provider, version) in [(&mut first, "1"), (&mut second, "2")] {
        let request = configure_provider::Request { terraform_version: version.into(), ..Default::default() };
        provider.configure_provider(request).await.unwrap();
    }
    for (provider, version) in [(&mut first, "1"), (&mut second, "2")] {
        let answer = provider.validate_provider_config(validate_provider_config::Request::default()).await;
        assert_eq!(answer.unwrap().into_inner().diagnostics[0].summary, version);
    }
}

#[tokio::test]
async fn a_stop_ends_what_runs_on_its_connection_and_nothing_later() {
    let served = Served::start(None);
    let mut applying = served.connector(None).provider().await.unwrap();
    let mut stopping = applying.clone();
    let apply = applying.apply_resource_change(apply_resource_change::Request::default());
    let stop = async {
        while served.process.operations.is_empty() {
            tokio::task::yield_now().await;
        }
        stopping.stop_provider(stop_provider::Request {}).await.unwrap();
    };
    let (applied, ()) = tokio::join!(apply, stop);
    assert_eq!(applied.unwrap().into_inner().private.as_ref(), b"stopped");
    assert!(stopping.read_resource(read("a", Bytes::new())).await.is_ok());
}

#[tokio::test]
async fn an_apply_goes_on_when_its_request_is_dropped() {
    let served = Served::start(None);
    let mut provider = served.connector(None).provider().await.unwrap();
    {
        let apply = provider.apply_resource_change(apply_resource_change::Request::default());
        let started = async {
            while served.process.operations.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = apply => panic!("nobody stopped it"),
            () = started => {}
        }
    }
    assert!(provider.read_resource(read("a", Bytes::new())).await.is_ok());
    assert_eq!(served.process.operations.len(), 1);
}

#[tokio::test]
async fn what_is_not_built_answers_unimplemented() {
    let served = Served::start(None);
    let mut provider = served.connector(None).provider().await.unwrap();
    let refused = provider.get_states(get_states::Request::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
}

#[tokio::test]
async fn the_hosts_own_services_are_there() {
    let served = Served::start(None);
    let channel = served.connector(None).channel().await.unwrap();
    let request = HealthCheckRequest { service: "plugin".into() };
    let health = HealthClient::new(channel.clone()).check(request).await.unwrap().into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);

    let mut output = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap().into_inner();
    let offers = tokio_stream::pending();
    let mut broker = GrpcBrokerClient::new(channel.clone()).start_stream(offers).await.unwrap().into_inner();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    assert_eq!(output.message().await.unwrap(), None, "it ends with the process, without an event");
    assert_eq!(broker.message().await.unwrap(), None, "it ends with the process, without an event");
    assert!(served.process.end.is_cancelled());
}

//! The services that go-plugin expects of every plugin.

use tfplugin6::BoxStream;
use tfplugin6::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use tfplugin6::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use tfplugin6::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use tfplugin6::plugin::{ConnInfo, Empty, StdioData};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use crate::lifecycle::Process;

/// The name under which the host asks for the plugin's health.
const HEALTH_NAME: &str = "plugin";

/// The host's side of the plugin: health, end, output and broker.
#[derive(Clone)]
pub struct HostServices {
    health: HealthReporter,
    end: CancellationToken,
}

impl HostServices {
    /// Services that end `process` when the host says so.
    pub async fn new(process: &Process) -> Self {
        let health = HealthReporter::new();
        health.set_service_status(HEALTH_NAME, ServingStatus::Serving).await;
        Self { health, end: process.end.clone() }
    }

    /// Adds the services to what a connection offers.
    #[must_use]
    pub fn add_to(&self, routes: Routes) -> Routes {
        let health = HealthService::from_health_reporter(self.health.clone());
        routes
            .add_service(HealthServer::new(health))
            .add_service(GrpcControllerServer::new(self.clone()))
            .add_service(GrpcStdioServer::new(self.clone()))
            .add_service(GrpcBrokerServer::new(self.clone()))
    }

    /// A stream without events that lasts as long as the process.
    fn silence<T: Send + 'static>(&self) -> Response<BoxStream<T>> {
        let end = self.end.clone().cancelled_owned();
        Response::new(Box::pin(futures_util::StreamExt::take_until(futures_util::stream::pending(), end)))
    }
}

#[tonic::async_trait]
impl GrpcController for HostServices {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.end.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for HostServices {
    // Nothing of ours is written to the standard streams, so there is nothing to bring.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(self.silence())
    }
}

#[tonic::async_trait]
impl GrpcBroker for HostServices {
    // Providers need no further connections.
    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(self.silence())
    }
}

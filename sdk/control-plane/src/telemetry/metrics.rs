//! The metrics there are.

use std::{fmt, time::Duration};

use axum::http::Method;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use crate::telemetry::{
    bounded::Bounded,
    labels::{Build, Deployment, Request, RequestError, Rollback},
    machine::Machine,
};

/// Around the seeds' goal for the API: half of all requests under 20 ms, 95 of 100 under 50 ms.
const REQUEST_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Builds and deployments take from seconds to an hour.
const WORK_BUCKETS: [f64; 11] = [1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0];

type Timed<L> = Family<L, Histogram, fn() -> Histogram>;

/// Counts and times what the server does.
pub(crate) struct Metrics {
    registry: Registry,
    machine: Machine,
    requests: Timed<Request>,
    request_errors: Family<RequestError, Counter>,
    connections: Gauge,
    builds: Timed<Build>,
    builds_succeeded: Family<Build, Counter>,
    build_cache_hits: Counter,
    deployments: Timed<Deployment>,
    deployments_succeeded: Family<Deployment, Counter>,
    rollbacks: Family<Rollback, Counter>,
    projects: Bounded,
    frameworks: Bounded,
    stages: Bounded,
    platforms: Bounded,
    reasons: Bounded,
}

/// A request that was answered.
#[derive(Debug)]
pub(crate) struct Answered<'a> {
    pub(crate) method: &'a Method,
    /// The template of its route; `None` if there was none.
    pub(crate) route: Option<&'a str>,
    pub(crate) status: u16,
    /// The code of the problem, if it was one.
    pub(crate) error: Option<&'static str>,
    pub(crate) took: Duration,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let metrics = Self {
            machine: Machine::new(&mut registry),
            registry: Registry::default(),
            requests: Family::new_with_constructor(|| Histogram::new(REQUEST_BUCKETS)),
            request_errors: Family::default(),
            connections: Gauge::default(),
            builds: Family::new_with_constructor(|| Histogram::new(WORK_BUCKETS)),
            builds_succeeded: Family::default(),
            build_cache_hits: Counter::default(),
            deployments: Family::new_with_constructor(|| Histogram::new(WORK_BUCKETS)),
            deployments_succeeded: Family::default(),
            rollbacks: Family::default(),
            projects: Bounded::default(),
            frameworks: Bounded::default(),
            stages: Bounded::default(),
            platforms: Bounded::default(),
            reasons: Bounded::default(),
        };
        metrics.register(&mut registry);
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// The library adds the unit, and `_total` to counters.
    fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "sparki_api_request_duration",
            "Time from the last byte of the headers to the first of the answer",
            Unit::Seconds,
            self.requests.clone(),
        );
        let help = "Requests answered with a problem, by its code";
        registry.register("sparki_api_request_errors", help, self.request_errors.clone());
        registry.register("sparki_api_active_connections", "Connections open", self.connections.clone());
        let help = "Time from the start of a build to its end";
        registry.register_with_unit("sparki_build_duration", help, Unit::Seconds, self.builds.clone());
        registry.register("sparki_build_success", "Builds that succeeded", self.builds_succeeded.clone());
        let help = "Builds that were spared by an earlier one";
        registry.register("sparki_build_cache_hits", help, self.build_cache_hits.clone());
        let help = "Time from the start of a deployment to its end";
        registry.register_with_unit(
            "sparki_deployment_duration",
            help,
            Unit::Seconds,
            self.deployments.clone(),
        );
        let help = "Deployments that succeeded";
        registry.register("sparki_deployment_success", help, self.deployments_succeeded.clone());
        registry.register("sparki_deployment_rollback", "Deployments rolled back", self.rollbacks.clone());
    }

    /// Everything, in the text format of OpenMetrics, which Prometheus reads.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        self.machine.look();
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    pub(crate) fn request_answered(&self, answered: &Answered<'_>) {
        let method = known_method(answered.method);
        let endpoint = answered.route.unwrap_or("none").to_owned();
        let labels = Request { method, endpoint, status: answered.status };
        self.requests.get_or_create(&labels).observe(answered.took.as_secs_f64());
        if let Some(error_type) = answered.error {
            let labels = RequestError { method, endpoint: labels.endpoint, error_type };
            self.request_errors.get_or_create(&labels).inc();
        }
    }

    /// Counts a connection until the answer is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(self.connections.clone())
    }
}

impl Metrics {
    /// A build has ended, well or not.
    pub(crate) fn build_ended(&self, project: &str, framework: &str, took: Duration) {
        self.builds.get_or_create(&self.build(project, framework)).observe(took.as_secs_f64());
    }

    /// A build has ended well.
    pub(crate) fn build_succeeded(&self, project: &str, framework: &str) {
        self.builds_succeeded.get_or_create(&self.build(project, framework)).inc();
    }

    /// A build was spared: what it would have made is there.
    #[cfg_attr(not(test), expect(dead_code, reason = "simulated builds keep nothing to be spared by"))]
    pub(crate) fn build_cache_hit(&self) {
        self.build_cache_hits.inc();
    }

    /// A deployment has ended, well or not. The stage is the tier of its environment.
    pub(crate) fn deployment_ended(&self, stage: &str, platform: &str, took: Duration) {
        self.deployments.get_or_create(&self.deployment(stage, platform)).observe(took.as_secs_f64());
    }

    /// A deployment has ended well.
    pub(crate) fn deployment_succeeded(&self, stage: &str, platform: &str) {
        self.deployments_succeeded.get_or_create(&self.deployment(stage, platform)).inc();
    }

    /// A deployment was rolled back. The reason is a word, such as `health_check_failed`.
    pub(crate) fn deployment_rolled_back(&self, reason: &str) {
        self.rollbacks.get_or_create(&Rollback { reason: self.reasons.value(reason) }).inc();
    }

    fn build(&self, project: &str, framework: &str) -> Build {
        Build { project: self.projects.value(project), framework: self.frameworks.value(framework) }
    }

    fn deployment(&self, stage: &str, platform: &str) -> Deployment {
        Deployment { stage: self.stages.value(stage), platform: self.platforms.value(platform) }
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A method as a label; clients may make methods up.
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn builds_and_deployments_have_the_names_of_the_seeds() {
        let metrics = Metrics::default();
        metrics.build_ended("web", "nextjs", Duration::from_secs(20));
        metrics.build_succeeded("web", "nextjs");
        metrics.build_cache_hit();
        metrics.deployment_ended("production", "render", Duration::from_secs(90));
        metrics.deployment_succeeded("production", "render");
        metrics.deployment_rolled_back("health_check_failed");
        let text = metrics.text().expect("a text takes everything");
        for line in [
            "sparki_build_duration_seconds_bucket{le=\"30.0\",project=\"web\",framework=\"nextjs\"} 1",
            "sparki_build_success_total{project=\"web\",framework=\"nextjs\"} 1",
            "sparki_build_cache_hits_total 1",
            "sparki_deployment_duration_seconds_sum{stage=\"production\",platform=\"render\"} 90.0",
            "sparki_deployment_success_total{stage=\"production\",platform=\"render\"} 1",
            "sparki_deployment_rollback_total{reason=\"health_check_failed\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
    }

    #[test]
    fn methods_that_clients_make_up_are_one() {
        let method = Method::from_bytes(b"BREW").expect("it is a token");
        assert_eq!((known_method(&method), known_method(&Method::GET)), ("other", "GET"));
    }
}

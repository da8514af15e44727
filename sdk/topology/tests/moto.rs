//! The life of the types against moto, and against more than that where moto is not enough.
//!
//! Moto is not AWS: every status is final at once, and version upgrades, update ids, add-ons, access entries and pod
//! identities do not exist there. What is tested here is that requests are understood and answers read. `simulated`
//! covers what takes its time and has rules, `scripted` what no stand-in can be made to do.

mod listed;
mod moved;
mod planned;
mod scripted;
mod simulated;
mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sparki_aws::Aws;
use sparki_core::{Change, Import, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_topology::eks_cluster::{EksClusterModel, Endpoint, LogType};
use sparki_topology::eks_node_group::{Effect, Taint};
use sparki_topology::{EksCluster, EksNodeGroup};
use support::{Begun, all_tags, aws, cluster, map, node_group, operation, operation_after, texts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A moto server of this test's own; it ends with the test.
struct Moto {
    server: Child,
    url: String,
    aws: Arc<Aws>,
}

impl Moto {
    async fn start() -> Self {
        let program = Self::program();
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let free = free.expect("a port is free");
        let server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &free.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {}: {error}", program.display()));
        let url = format!("http://{free}");
        let moto = Self { server, aws: aws(&url), url };
        let begun = Instant::now();
        while !Self::is_ready(&free.to_string()).await {
            assert!(begun.elapsed() < Duration::from_secs(60), "moto was not ready within a minute");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        moto
    }

    fn program() -> PathBuf {
        if let Some(program) = std::env::var_os("SPARKI_MOTO_SERVER") {
            return program.into();
        }
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.work/python/bin/moto_server");
        assert!(
            program.exists(),
            "{} is missing: run `scripts/python-tools` first, or set SPARKI_MOTO_SERVER to the moto_server of a Python \
             environment with moto[server]==5.2.5",
            program.display()
        );
        program
    }

    async fn is_ready(address: &str) -> bool {
        let Ok(mut connection) = tokio::net::TcpStream::connect(address).await else { return false };
        let request = format!("GET /moto-api/data.json HTTP/1.0\r\nHost: {address}\r\n\r\n");
        let mut answer = String::new();
        connection.write_all(request.as_bytes()).await.is_ok()
            && connection.read_to_string(&mut answer).await.is_ok()
            && answer.lines().next().is_some_and(|line| line.contains("200"))
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The state without what only the remote knows.
fn as_planned(state: &State<EksClusterModel>) -> EksClusterModel {
    EksClusterModel {
        id: Value::Null,
        arn: Value::Null,
        endpoint_url: Value::Null,
        certificate_authority: Value::Null,
        oidc_issuer: Value::Null,
        status: Value::Null,
        platform_version: Value::Null,
        ..(**state).clone()
    }
}

#[tokio::test]
async fn a_cluster_lives_its_life() {
    let moto = Moto::start().await;
    let (ctx, call) = operation(&moto.aws);
    let planned = cluster("main");

    let created = EksCluster::create(&ctx, Planned::new(planned.clone())).await.unwrap();
    assert_eq!(as_planned(&created), planned);
    assert_eq!(created.id.known().map(|id| id.as_str()), Some("us-east-1/main"));
    assert_eq!(created.status, "ACTIVE".into());
    assert!(created.endpoint_url.known().is_some() && created.certificate_authority.known().is_some());
    assert_eq!(call.recorded(), Some(created.encode()));

    let read = EksCluster::read(&ctx, created.clone()).await.unwrap();
    assert_eq!(read, Some(created.clone()));
    for id in ["us-east-1/main", "main"] {
        assert_eq!(EksCluster::import(&ctx, id).await.unwrap(), created);
    }

    let tags_all = all_tags([("team", "edge"), ("stage", "test")]);
    let planned = EksClusterModel { tags_all, ..planned }
        .tags(map([("team", "edge"), ("stage", "test")]))
        .log_types(BTreeSet::from([LogType::Audit]))
        .endpoint(Endpoint::new().private(true).public(true).cidrs(texts(["10.0.0.0/8"])))
        .deletion_protection(false);
    let change = Change { prior: created.clone(), planned: Planned::new(planned.clone()) };
    let updated = EksCluster::update(&ctx, change).await.unwrap();
    assert_eq!(as_planned(&updated), planned);

    let refused = EksCluster::delete(&ctx, created).await.unwrap_err();
    assert!(refused.to_string().contains("deletion_protection"), "{refused}");
    EksCluster::delete(&ctx, updated.clone()).await.unwrap();
    assert_eq!(EksCluster::read(&ctx, updated.clone()).await.unwrap(), None);
    EksCluster::delete(&ctx, updated).await.unwrap();
    let missing = EksCluster::import(&ctx, "main").await.unwrap_err();
    assert_eq!(missing.kind(), RemoteErrorKind::NotFound);
}

#[tokio::test]
async fn a_node_group_lives_its_life() {
    let moto = Moto::start().await;
    let (ctx, _) = operation(&moto.aws);
    let host = cluster("main").deletion_protection(false);
    let host = EksCluster::create(&ctx, Planned::new(host)).await.unwrap();

    let planned = node_group("main", "workers").labels(map([("tier", "web"), ("old", "1")]));
    let created = EksNodeGroup::create(&ctx, Planned::new(planned.clone())).await.unwrap();
    assert_eq!(created.id.known().map(|id| id.as_str()), Some("us-east-1/main/workers"));
    assert_eq!((&created.desired_size, &created.labels), (&3.into(), &planned.labels));
    assert_eq!(EksNodeGroup::read(&ctx, created.clone()).await.unwrap(), Some(created.clone()));
    let imported = EksNodeGroup::import(&ctx, "main/workers").await.unwrap();
    assert_eq!(imported, State::new((*created).clone().initial_size(Value::Null)));

    let taints = BTreeSet::from([Taint::new("dedicated", Effect::NoSchedule).value("builds")]);
    let planned =
        (*created).clone().min(4).labels(map([("tier", "api")])).taints(taints.clone()).max_unavailable(2);
    let change = Change { prior: created.clone(), planned: Planned::new(planned.clone()) };
    let updated = EksNodeGroup::update(&ctx, change).await.unwrap();
    assert_eq!((&updated.min, &updated.desired_size), (&4.into(), &4.into()));
    assert_eq!((&updated.labels, &updated.taints), (&map([("tier", "api")]).into(), &taints.into()));
    assert_eq!(updated.max_unavailable, 2.into());

    let in_use = EksCluster::delete(&ctx, host.clone()).await.unwrap_err();
    assert_eq!(in_use.kind(), RemoteErrorKind::Conflict);
    assert!(in_use.to_string().contains("Cluster has nodegroups attached"), "{in_use}");
    EksNodeGroup::delete(&ctx, updated.clone()).await.unwrap();
    EksNodeGroup::delete(&ctx, updated.clone()).await.unwrap();
    assert_eq!(EksNodeGroup::read(&ctx, updated.clone()).await.unwrap(), None);
    EksCluster::delete(&ctx, host).await.unwrap();
    EksNodeGroup::delete(&ctx, updated).await.unwrap();
}

#[tokio::test]
async fn what_exists_already_is_not_taken_over_and_what_moto_lacks_is_told() {
    let moto = Moto::start().await;
    let (ctx, call) = operation(&moto.aws);
    let created = EksCluster::create(&ctx, Planned::new(cluster("main"))).await.unwrap();

    let (again, recorded) = operation(&moto.aws);
    let exists = EksCluster::create(&again, Planned::new(cluster("main"))).await.unwrap_err();
    assert_eq!(exists.kind(), RemoteErrorKind::Conflict);
    assert!(exists.to_string().contains("terraform import <address> us-east-1/main"), "{exists}");
    assert_eq!(recorded.recorded(), None);

    // The same creation, begun by a process that died before it knew the outcome, is taken up.
    let begun = Arc::new(Begun::default());
    let (died, _) = operation_after(&moto.aws, Arc::clone(&begun));
    let first = EksCluster::create(&died, Planned::new(cluster("second"))).await.unwrap();
    let (resumed, _) = operation_after(&moto.aws, begun);
    assert_eq!(EksCluster::create(&resumed, Planned::new(cluster("second"))).await.unwrap(), first);

    let orphan =
        EksNodeGroup::create(&again, Planned::new(node_group("nowhere", "workers"))).await.unwrap_err();
    assert_eq!(orphan.kind(), RemoteErrorKind::NotFound);

    // Moto answers what it does not implement with a 404 page: that must not read as "gone".
    let planned = Planned::new(cluster("main").version("1.34").tags(map([("team", "edge")])));
    let change = Change { prior: created, planned };
    let lacking = EksCluster::update(&ctx, change).await.unwrap_err();
    assert_eq!(lacking.kind(), RemoteErrorKind::Garbled);
    // What was done before the failure is in the state.
    let recorded = call.recorded().unwrap();
    assert_eq!(recorded.attribute("tags").attribute("team").as_str(), Some("edge"));
    assert_eq!(recorded.attribute("version").as_str(), Some("1.33"));
}

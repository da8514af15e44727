//! Versions of launch templates, which moto keeps for ever.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sparki_core::{Change, Planned, Reconcile, State, Value};
use sparki_topology::EksNodeGroup;
use sparki_topology::eks_node_group::{Condition, EksNodeGroupModel, HttpTokens, LaunchTemplate, Metadata};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{aws, node_group, operation};

const ARN: &str = "arn:aws:eks:us-east-1:123456789012:nodegroup/main/workers/1";
const VERSIONS: &str = "<launchTemplateVersionSet>\
    <item><versionNumber>1</versionNumber><versionDescription>Made by Sparki (a)</versionDescription></item>\
    <item><versionNumber>2</versionNumber><versionDescription>Theirs</versionDescription></item>\
    <item><versionNumber>3</versionNumber><versionDescription>Made by Sparki (b)</versionDescription></item>\
    <item><versionNumber>4</versionNumber><versionDescription>Made by Sparki (c)</versionDescription></item>\
    </launchTemplateVersionSet>";

/// EKS with a group that uses version 3 until it is told otherwise, and EC2 with its template.
#[derive(Clone)]
struct Stage {
    used: Arc<Mutex<String>>,
    /// What was asked of EC2, as its forms have it.
    asked: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
}

impl Respond for Stage {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        if !body.starts_with("Action=") {
            let mut used = self.used.lock().expect("no test panics with the lock");
            if request.url.path().ends_with("/update-version") {
                let asked: serde_json::Value = serde_json::from_str(&body).expect("it is JSON");
                *used = asked["launchTemplate"]["version"].as_str().expect("it names a version").to_owned();
                let update = json!({ "update": { "id": "u-1", "status": "Successful" } });
                return ResponseTemplate::new(200).set_body_json(update);
            }
            let group = json!({ "nodegroup": {
                "clusterName": "main", "nodegroupName": "workers", "nodegroupArn": ARN, "status": "ACTIVE", "version": "1.33",
                "scalingConfig": { "minSize": 2, "maxSize": 5, "desiredSize": 3 },
                "launchTemplate": { "id": "lt-1", "name": "it", "version": *used },
            } });
            return ResponseTemplate::new(200).set_body_json(group);
        }
        let form: BTreeMap<String, String> = body
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let action = form["Action"].clone();
        let text = match (action.as_str(), form.get("LaunchTemplateVersion.1").map(String::as_str)) {
            ("DescribeLaunchTemplateVersions", Some(version)) => format!(
                "<launchTemplateVersionSet><item><versionNumber>{version}</versionNumber><versionDescription>Made by Sparki \
                 (b)</versionDescription><launchTemplateData/></item></launchTemplateVersionSet>"
            ),
            ("DescribeLaunchTemplateVersions", None) => VERSIONS.to_owned(),
            ("DescribeLaunchTemplates", _) => {
                "<launchTemplates><item><launchTemplateId>lt-1</launchTemplateId>\
                <defaultVersionNumber>3</defaultVersionNumber></item></launchTemplates>"
                    .to_owned()
            }
            ("CreateLaunchTemplateVersion", _) => {
                "<launchTemplateVersion><versionNumber>4</versionNumber></launchTemplateVersion>".to_owned()
            }
            (_, _) => String::new(),
        };
        self.asked.lock().expect("no test panics with the lock").push(form);
        let text = format!("<{action}Response>{text}</{action}Response>");
        ResponseTemplate::new(200).set_body_raw(text, "text/xml")
    }
}

#[tokio::test]
async fn old_versions_of_ours_go_once_the_machines_are_exchanged() {
    let stage = Stage { used: Arc::new(Mutex::new("3".into())), asked: Arc::default() };
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(stage.clone()).mount(&server).await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let template = LaunchTemplate {
        id: "lt-1".into(),
        name: "it".into(),
        version: 3.into(),
        condition: Condition::Own.into(),
    };
    let metadata = |hops| Metadata::new().http_tokens(HttpTokens::Required).hop_limit(hops);
    let prior = EksNodeGroupModel {
        launch_template: template.clone().into(),
        arn: ARN.into(),
        ..node_group("main", "workers").metadata(metadata(2))
    };
    let planned = EksNodeGroupModel {
        launch_template: LaunchTemplate { version: Value::unknown(), ..template }.into(),
        ..prior.clone().metadata(metadata(1))
    };
    let change = Change { prior: State::new(prior), planned: Planned::new(planned) };
    let updated = EksNodeGroup::update(&ctx, change).await.unwrap();
    assert_eq!(updated.launch_template.known().unwrap().version, 4.into());
    let asked = stage.asked.lock().unwrap();
    let of = |action: &str| asked.iter().find(|form| form["Action"] == action).unwrap();
    assert_eq!(
        of("CreateLaunchTemplateVersion")["LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit"],
        "1"
    );
    assert_eq!(of("ModifyLaunchTemplate")["SetDefaultVersion"], "4");
    let removed = of("DeleteLaunchTemplateVersions");
    let removed: Vec<_> =
        removed.iter().filter(|(key, _)| key.starts_with("LaunchTemplateVersion.")).collect();
    assert_eq!(removed.iter().map(|(_, number)| number.as_str()).collect::<Vec<_>>(), ["1", "3"]);
}

//! What is sent, and what is not shown.

use sparki_client::api::deployment_targets::{
    CustomSettingsPatch, NewCustomSettings, NewDeploymentTarget, NewRollout, NewValidationScript,
    ValidationPhase,
};
use sparki_client::api::sessions::{IssueTokenRequest, LoginRequest};

#[test]
fn what_is_left_out_is_not_sent() {
    let settings = NewCustomSettings::script("deploy.sh");
    let new = NewDeploymentTarget::custom("e-1", "vm", settings)
        .strategy(NewRollout::canary().steps([10, 50]))
        .validation_scripts([NewValidationScript::new(ValidationPhase::PreDeploy, "check.sh")]);
    assert_eq!(
        serde_json::to_value(&new).unwrap(),
        serde_json::json!({
            "environment_id": "e-1",
            "name": "vm",
            "platform": "custom",
            "settings": {"script": "deploy.sh"},
            "strategy": {"type": "canary", "steps": [10, 50]},
            "validation_scripts": [{"phase": "pre_deploy", "command": "check.sh"}],
        })
    );
}

#[test]
fn secrets_are_sent_and_not_shown() {
    let check_secret = |shown: String, sent: String| {
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(sent.contains("hunter2"), "{sent}");
    };
    let login = LoginRequest::new("a@example.com", "hunter2");
    check_secret(format!("{login:?}"), serde_json::to_string(&login).unwrap());
    let token = IssueTokenRequest::client_credentials("c-1", "hunter2");
    check_secret(format!("{token:?}"), serde_json::to_string(&token).unwrap());
    let settings = NewCustomSettings::webhook_url("https://example.com").signing_secret("hunter2");
    check_secret(format!("{settings:?}"), serde_json::to_string(&settings).unwrap());
    let patch = CustomSettingsPatch::new().signing_secret("hunter2");
    check_secret(format!("{patch:?}"), serde_json::to_string(&patch).unwrap());
    let patch = CustomSettingsPatch::new().signing_secret("hunter2").clear_signing_secret();
    assert_eq!(serde_json::to_string(&patch).unwrap(), r#"{"signing_secret":null}"#);
}

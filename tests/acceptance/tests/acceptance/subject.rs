//! An object of each type, in a few versions.

use acceptance::{Case, Unverified};
use serde_json::{Map, Value, json};

/// Which version of an object a configuration describes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// Only what is required.
    Bare,
    /// Everything that can be set.
    First,
    /// Everything that can be set, to something else.
    Second,
}

/// An attribute that can be changed in place.
pub(crate) struct Changeable {
    pub(crate) name: &'static str,
    /// What it is in the bare version; nothing if it can be left out.
    pub(crate) bare: Option<Value>,
    pub(crate) first: Value,
    pub(crate) second: Value,
    pub(crate) removal: Removal,
    /// The patch that makes it drift on the control plane; nothing if it does not know the attribute.
    pub(crate) drift: Option<Value>,
}

/// What leaving an attribute out again does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// It is what it was before it was ever set.
    Resets,
    /// It stays as it is, for the remote side also sets it.
    Keeps,
}

/// An object of one type, called "it", with what it needs around it.
pub(crate) struct Subject {
    pub(crate) kind: &'static str,
    /// Where the control plane keeps such objects.
    pub(crate) collection: &'static str,
    /// Configuration of what the object is in.
    pub(crate) surroundings: String,
    /// Expressions of the attributes that never change.
    pub(crate) fixed: Vec<(&'static str, String)>,
    pub(crate) changeable: Vec<Changeable>,
    pub(crate) path: String,
    /// Attributes that the remote side does not know.
    pub(crate) local: &'static [&'static str],
    /// Attributes that tests of their own are about.
    pub(crate) elsewhere: &'static [&'static str],
}

impl Changeable {
    /// An attribute that can be left out.
    pub(crate) fn optional(name: &'static str, first: Value, second: Value) -> Self {
        let drift = Some(json!({name: second.clone()}));
        Self { name, bare: None, first, second, removal: Removal::Resets, drift }
    }

    /// An attribute that must be set.
    pub(crate) fn required(name: &'static str, bare: Value, first: Value, second: Value) -> Self {
        Self { bare: Some(bare), ..Self::optional(name, first, second) }
    }

    /// An attribute that only Terraform knows.
    pub(crate) fn local(name: &'static str, first: Value, second: Value) -> Self {
        Self { drift: None, ..Self::optional(name, first, second) }
    }

    /// An attribute that the remote side also sets.
    pub(crate) fn kept(name: &'static str, first: Value, second: Value) -> Self {
        Self { removal: Removal::Keeps, ..Self::optional(name, first, second) }
    }

    /// The control plane has another name or form for it.
    pub(crate) fn drifting(self, patch: Value) -> Self {
        Self { drift: Some(patch), ..self }
    }

    pub(crate) fn value(&self, version: Version) -> Option<&Value> {
        match version {
            Version::Bare => self.bare.as_ref(),
            Version::First => Some(&self.first),
            Version::Second => Some(&self.second),
        }
    }
}

impl Subject {
    pub(crate) fn address(&self) -> String {
        format!("{}.it", self.kind)
    }

    pub(crate) fn unverified(&self) -> Unverified<'_> {
        Unverified(self.local)
    }

    /// The path of the object in a version: its name may be a part of it.
    pub(crate) fn path_of(&self, version: Version) -> String {
        let (inside, _) = self.path.rsplit_once('/').unwrap_or_default();
        let is_named = !inside.is_empty() && !self.fixed.iter().any(|(name, _)| *name == "slug");
        let name =
            self.changeable.iter().find(|it| it.name == "name").and_then(|it| it.value(version)?.as_str());
        match name {
            Some(name) if is_named => format!("{inside}/{name}"),
            Some(_) | None => self.path.clone(),
        }
    }

    pub(crate) fn config(&self, version: Version) -> String {
        // JSON is HCL as well.
        let set = self.changeable.iter().filter_map(|it| Some((it.name, it.value(version)?.to_string())));
        self.config_of(set.collect())
    }

    /// The configuration with every changeable attribute taken from elsewhere, so that it is not known at plan.
    pub(crate) fn unknown_config(&self, version: Version) -> String {
        let values =
            self.changeable.iter().filter_map(|it| Some((it.name.to_owned(), it.value(version)?.clone())));
        let input = Value::Object(values.collect::<Map<_, _>>());
        let set = self.changeable.iter().filter(|it| it.value(version).is_some());
        let set = set.map(|it| (it.name, format!("terraform_data.elsewhere.output.{}", it.name)));
        let elsewhere = format!("resource \"terraform_data\" \"elsewhere\" {{\n  input = {input}\n}}\n");
        format!("{elsewhere}{}", self.config_of(set.collect()))
    }

    fn config_of(&self, set: Vec<(&str, String)>) -> String {
        let fixed = self.fixed.iter().map(|(name, expression)| (*name, expression.clone()));
        let lines: String =
            fixed.chain(set).map(|(name, expression)| format!("  {name} = {expression}\n")).collect();
        format!("{}\nresource \"{}\" \"it\" {{\n{lines}}}\n", self.surroundings, self.kind)
    }

    /// The first version, but removed for good when it is destroyed.
    pub(crate) fn config_to_destroy(&self) -> String {
        self.config(Version::First).replace("archive_on_destroy = true", "archive_on_destroy = false")
    }

    /// What the control plane is sent so that every attribute it knows differs from the first version.
    pub(crate) fn drift(&self) -> Value {
        let patches = self.changeable.iter().filter_map(|it| it.drift.as_ref()?.as_object());
        Value::Object(patches.flatten().map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// The attributes that then differ.
    pub(crate) fn drifting(&self) -> Vec<&'static str> {
        self.changeable.iter().filter(|it| it.drift.is_some()).map(|it| it.name).collect()
    }
}

pub(crate) fn workspace(case: &Case) -> Subject {
    let slug = case.unique("acme");
    Subject {
        kind: "sparki_workspace",
        collection: "workspaces",
        elsewhere: &["timeouts"],
        surroundings: String::new(),
        fixed: vec![("slug", format!("{slug:?}")), ("deletion_protection", "false".into())],
        changeable: vec![
            Changeable::required("name", json!("Acme"), json!("Acme One"), json!("Acme Two")),
            Changeable::optional("description", json!("One."), json!("Two.")),
            Changeable::optional("default_region", json!("eu-west-1"), json!("eu-central-1")),
            Changeable::optional(
                "data_residency",
                json!(["eu-west-1"]),
                json!(["eu-central-1", "eu-west-1"]),
            ),
            Changeable::optional(
                "security",
                json!({"mfa_required": true, "session_ttl_seconds": 3600, "allowed_cidrs": ["127.0.0.0/8"], "require_sso": true}),
                json!({"mfa_required": false, "session_ttl_seconds": 7200, "allowed_cidrs": ["127.0.0.0/8", "192.168.0.0/16"],
                       "require_sso": false}),
            ),
            Changeable::optional(
                "retention",
                json!({"builds_days": 10, "artifacts_days": 11, "logs_days": 12, "audit_days": 13}),
                json!({"builds_days": 20, "artifacts_days": 21, "logs_days": 22, "audit_days": 23}),
            ),
            Changeable::optional(
                "promotion_policy",
                json!({"min_approvals": 2, "separation_of_duties": true, "require_signed_artifacts": true}),
                json!({"min_approvals": 1, "separation_of_duties": false, "require_signed_artifacts": false}),
            ),
            Changeable::local("delete_behavior", json!("cascade"), json!("block")),
            Changeable::optional(
                "labels",
                json!({"team": "one", "old": "1"}),
                json!({"team": "two", "new": "2"}),
            ),
        ],
        path: slug,
        local: &["delete_behavior"],
    }
}

/// A workspace to put something in.
pub(crate) fn workspace_around(slug: &str) -> String {
    format!(
        "resource \"sparki_workspace\" \"around\" {{\n  name = \"Around\"\n  slug = {slug:?}\n  deletion_protection = false\n}}\n"
    )
}

pub(crate) fn project(case: &Case) -> Subject {
    let slug = case.unique("acme");
    Subject {
        kind: "sparki_project",
        collection: "projects",
        elsewhere: &["deletion_protection", "timeouts"],
        surroundings: workspace_around(&slug),
        fixed: vec![("workspace_id", "sparki_workspace.around.id".into()), ("slug", "\"web\"".into())],
        changeable: vec![
            Changeable::required("name", json!("Web"), json!("Web One"), json!("Web Two")),
            Changeable::required(
                "git_url",
                json!("https://github.com/acme/web"),
                json!("https://github.com/acme/one"),
                json!("https://gitlab.com/acme/two"),
            ),
            Changeable::optional("default_branch", json!("one"), json!("two")),
            Changeable::optional("root_directory", json!("apps/one"), json!("apps/two")),
            Changeable::kept("framework", json!("nextjs"), json!("remix")),
            Changeable::kept("language", json!("typescript"), json!("javascript")),
            Changeable::optional("detection", json!("pin"), json!("off")),
            Changeable::optional(
                "build_settings",
                json!({"install_command": "npm ci", "build_command": "npm run one", "output_directory": "one"}),
                json!({"install_command": "yarn", "build_command": "npm run two", "output_directory": "two"}),
            ),
            Changeable::optional("visibility", json!("internal"), json!("public")),
            Changeable::local("archive_on_destroy", json!(true), json!(false)),
            Changeable::optional(
                "labels",
                json!({"team": "one", "old": "1"}),
                json!({"team": "two", "new": "2"}),
            ),
        ],
        path: format!("{slug}/web"),
        local: &["archive_on_destroy"],
    }
}

/// A project to put something in.
pub(crate) fn project_around(slug: &str) -> String {
    format!(
        "{}resource \"sparki_project\" \"around\" {{\n  workspace_id = sparki_workspace.around.id\n  name = \"Web\"\n  slug = \"web\"\n  \
         git_url = \"https://github.com/acme/web\"\n}}\n",
        workspace_around(slug)
    )
}

pub(crate) fn pipeline(case: &Case) -> Subject {
    let slug = case.unique("acme");
    let stages = |command: &str| json!([{"name": "test", "steps": [{"name": "unit", "command": command}]}]);
    let rich = json!([
        {"name": "test", "steps": [
            {"name": "unit", "command": "make test", "env": {"CI": "1"}, "retry": 2, "timeout": "10m"},
            {"name": "lint", "command": "make lint"},
        ]},
        {"name": "ship", "steps": [{"name": "push", "command": "make push"}]},
    ]);
    // Two attributes, one document on the control plane.
    let configuration = json!({"configuration": {"version": "v1", "stages": rich, "environment": {"STAGE": "two", "NEW": "2"}}});
    Subject {
        kind: "sparki_pipeline",
        collection: "pipelines",
        elsewhere: &["configuration_json", "timeouts"],
        surroundings: project_around(&slug),
        fixed: vec![("project_id", "sparki_project.around.id".into())],
        changeable: vec![
            Changeable::required("name", json!("ci"), json!("ci"), json!("ci-two")),
            Changeable::required("stages", stages("make"), stages("make one"), rich)
                .drifting(configuration.clone()),
            Changeable::optional("enabled", json!(false), json!(true)),
            Changeable::optional(
                "environment",
                json!({"STAGE": "one", "OLD": "1"}),
                json!({"STAGE": "two", "NEW": "2"}),
            )
            .drifting(configuration),
            Changeable::optional("triggers", json!(["tag"]), json!(["manual", "pull_request"])),
            Changeable::optional(
                "concurrency",
                json!({"group": "one", "on_conflict": "cancel"}),
                json!({"group": "two", "on_conflict": "queue"}),
            ),
            Changeable::optional(
                "labels",
                json!({"team": "one", "old": "1"}),
                json!({"team": "two", "new": "2"}),
            ),
        ],
        path: format!("{slug}/web/ci"),
        local: &[],
    }
}

pub(crate) fn environment(case: &Case) -> Subject {
    let slug = case.unique("acme");
    let source = "resource \"sparki_environment\" \"source\" {\n  project_id = sparki_project.around.id\n  name = \"Source\"\n}\n";
    Subject {
        kind: "sparki_environment",
        collection: "environments",
        elsewhere: &["promotes_from", "deletion_protection", "timeouts"],
        surroundings: format!("{}{source}", project_around(&slug)),
        fixed: vec![("project_id", "sparki_project.around.id".into()), ("slug", "\"qa\"".into())],
        changeable: vec![
            Changeable::required("name", json!("QA"), json!("QA One"), json!("QA Two")),
            Changeable::optional("tier", json!("testing"), json!("staging")),
            Changeable::optional("allowed_branches", json!(["main"]), json!(["main", "release/*"])),
            Changeable::optional(
                "locked",
                json!({"reason": "one", "until": "2030-01-01T00:00:00Z"}),
                json!({"reason": "two", "until": "2031-01-01T00:00:00Z"}),
            ),
            Changeable::optional("deployment_concurrency", json!(2), json!(3)),
            Changeable::optional(
                "labels",
                json!({"team": "one", "old": "1"}),
                json!({"team": "two", "new": "2"}),
            ),
        ],
        path: format!("{slug}/web/qa"),
        local: &[],
    }
}

/// An environment to put something in.
pub(crate) fn environment_around(slug: &str) -> String {
    format!(
        "{}resource \"sparki_environment\" \"around\" {{\n  project_id = sparki_project.around.id\n  name = \"QA\"\n  slug = \"qa\"\n}}\n",
        project_around(slug)
    )
}

pub(crate) fn deployment_target(case: &Case) -> Subject {
    let slug = case.unique("acme");
    let kubernetes = |namespace: &str, cluster: &str| {
        let arn = format!("arn:aws:eks:us-east-1:123456789012:cluster/{cluster}");
        json!({"cluster_arn": arn, "namespace": namespace, "workload": "web"})
    };
    Subject {
        kind: "sparki_deployment_target",
        collection: "deployment-targets",
        elsewhere: &["railway", "render", "flyio", "vercel", "custom", "timeouts"],
        surroundings: environment_around(&slug),
        fixed: vec![("environment_id", "sparki_environment.around.id".into())],
        changeable: vec![
            Changeable::required("name", json!("use1"), json!("use1"), json!("use2")),
            Changeable::required(
                "kubernetes",
                kubernetes("web", "main"),
                kubernetes("one", "one"),
                kubernetes("two", "two"),
            )
            .drifting(json!({"settings": kubernetes("two", "two")})),
            Changeable::optional(
                "strategy",
                json!({"type": "canary", "steps": [10, 50, 100]}),
                json!({"type": "rolling"}),
            )
            .drifting(json!({"strategy": {"type": "rolling", "steps": null}})),
            Changeable::optional(
                "health_checks",
                json!([{"name": "ready", "type": "http", "url": "https://web.example.com/readyz", "interval_seconds": 5}]),
                json!([{"name": "port", "type": "tcp", "port": 8080}, {"name": "own", "type": "script", "command": "true"}]),
            ),
            Changeable::optional(
                "rollback",
                json!({"auto": false, "on": ["deploy_failed"], "to": "previous", "observe_seconds": 60}),
                json!({"auto": true, "on": ["deploy_failed", "validation_failed"], "to": "last_verified", "observe_seconds": 90}),
            ),
            Changeable::optional(
                "validation_scripts",
                json!([{"phase": "pre_deploy", "command": "./one", "timeout_seconds": 10, "on_failure": "warn"}]),
                json!([{"phase": "post_deploy", "command": "./two"}]),
            ),
            Changeable::optional("order", json!(1), json!(2)),
            Changeable::optional(
                "labels",
                json!({"team": "one", "old": "1"}),
                json!({"team": "two", "new": "2"}),
            ),
        ],
        path: format!("{slug}/web/qa/use1"),
        local: &[],
    }
}

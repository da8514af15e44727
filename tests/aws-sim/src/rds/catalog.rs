//! Versions and machines that there are.

use serde_json::{Value, json};

use crate::{calls::Call, document::Document, marked::marked, refusal::Refusal, world::World};

/// Versions of PostgreSQL, oldest first. The numbers are AWS's; there are more.
const VERSIONS: [(u32, u32); 15] = [
    (13, 20),
    (13, 21),
    (13, 22),
    (14, 17),
    (14, 18),
    (14, 19),
    (15, 12),
    (15, 13),
    (15, 14),
    (16, 8),
    (16, 9),
    (16, 10),
    (17, 4),
    (17, 5),
    (17, 6),
];

/// The version that is taken if none is named.
const DEFAULT_MAJOR: u32 = 17;

/// Machines: enough of them to choose wrongly from.
const CLASSES: [&str; 14] = [
    "db.t3.micro",
    "db.t3.medium",
    "db.t4g.micro",
    "db.t4g.medium",
    "db.t4g.large",
    "db.m6i.large",
    "db.m6i.xlarge",
    "db.m6g.large",
    "db.r6g.large",
    "db.r6g.xlarge",
    "db.r6i.large",
    "db.r6i.xlarge",
    "db.r6i.2xlarge",
    "db.r6i.4xlarge",
];

const STORAGE_TYPES: [&str; 3] = ["gp2", "gp3", "io1"];

/// The least and the most that each kind of storage can have, in GiB.
pub(super) const STORAGE_GIB: std::ops::RangeInclusive<i64> = 20..=65_536;

/// A version of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u32,
    minor: u32,
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl Version {
    /// The version that a request means: a number, or a major number for its newest minor one.
    pub(super) fn wanted(text: Option<&str>) -> Option<Self> {
        let newest = |major: u32| all().filter(|it| it.major == major).max();
        match text {
            None => newest(DEFAULT_MAJOR),
            Some(text) => match text.parse() {
                Ok(major) => newest(major),
                Err(_) => all().find(|it| it.to_string() == text),
            },
        }
    }

    /// The version of an instance, which was checked when it was made.
    pub(super) fn of(document: &Document) -> Self {
        Self::wanted(document.text("EngineVersion")).expect("instances have versions that were checked")
    }

    /// The family of parameters that goes with it.
    pub(super) fn family(self) -> String {
        format!("postgres{}", self.major)
    }

    /// Whether it can be brought to another one: forward only.
    pub(super) fn can_become(self, other: Self) -> bool {
        self < other
    }
}

fn all() -> impl Iterator<Item = Version> {
    VERSIONS.into_iter().map(|(major, minor)| Version { major, minor })
}

/// Whether there is a machine of this class.
pub(super) fn is_class(class: &str) -> bool {
    CLASSES.contains(&class)
}

pub(super) fn is_storage_type(storage: &str) -> bool {
    STORAGE_TYPES.contains(&storage)
}

/// Newer versions come later, so keys that sort as text are padded.
fn sort_key(version: Version) -> String {
    format!("postgres/{:03}.{:03}", version.major, version.minor)
}

pub(super) fn describe_versions(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let default = Version::wanted(None);
    let shown = all().filter(|version| {
        input.text("Engine").is_none_or(|engine| engine == "postgres")
            && input
                .text("EngineVersion")
                .is_none_or(|wanted| version.to_string() == wanted || version.major.to_string() == wanted)
            && input.text("DBParameterGroupFamily").is_none_or(|family| family == version.family())
            && (input.flag("DefaultOnly") != Some(true) || is_default(*version, input, default))
    });
    Ok(marked(call, "DBEngineVersions", shown.map(|version| (sort_key(version), described(version)))))
}

/// Of a major version that is named, the newest minor one is the default.
fn is_default(version: Version, input: &Document, default: Option<Version>) -> bool {
    match input.text("EngineVersion") {
        Some(wanted) => Version::wanted(Some(wanted)) == Some(version),
        None => default == Some(version),
    }
}

fn described(version: Version) -> Value {
    let targets = all().filter(|target| version.can_become(*target)).map(|target| {
        json!({
            "Engine": "postgres",
            "EngineVersion": target.to_string(),
            "Description": format!("PostgreSQL {target}"),
            "AutoUpgrade": false,
            "IsMajorVersionUpgrade": target.major != version.major,
        })
    });
    json!({
        "Engine": "postgres",
        "EngineVersion": version.to_string(),
        "MajorEngineVersion": version.major.to_string(),
        "DBParameterGroupFamily": version.family(),
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": format!("PostgreSQL {version}"),
        "ValidUpgradeTarget": targets.collect::<Vec<_>>(),
        "ExportableLogTypes": ["postgresql", "upgrade"],
        "SupportsLogExportsToCloudwatchLogs": true,
        "SupportsReadReplica": true,
        "SupportedEngineModes": ["provisioned"],
        "Status": "available",
    })
}

pub(super) fn describe_orderable(_: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let wanted = |member: &str, value: &str| input.text(member).is_none_or(|wanted| wanted == value);
    let versions =
        all().filter(|version| wanted("Engine", "postgres") && wanted("EngineVersion", &version.to_string()));
    let options = versions.flat_map(|version| {
        let classes = CLASSES.into_iter().filter(|class| wanted("DBInstanceClass", class));
        classes.flat_map(move |class| STORAGE_TYPES.into_iter().map(move |storage| (version, class, storage)))
    });
    let options =
        options.filter(|_| wanted("LicenseModel", "postgresql-license")).map(|(version, class, storage)| {
            let zones: Vec<Value> = (0..3).map(|index| json!({ "Name": call.region.zone(index) })).collect();
            let option = json!({
                "Engine": "postgres",
                "EngineVersion": version.to_string(),
                "DBInstanceClass": class,
                "LicenseModel": "postgresql-license",
                "AvailabilityZones": zones,
                "MultiAZCapable": true,
                "ReadReplicaCapable": true,
                "Vpc": true,
                "SupportsStorageEncryption": true,
                "StorageType": storage,
                "SupportsIops": storage != "gp2",
                "SupportsStorageThroughput": storage == "gp3",
                "SupportsEnhancedMonitoring": true,
                "SupportsIAMDatabaseAuthentication": true,
                "SupportsPerformanceInsights": true,
                "MinStorageSize": STORAGE_GIB.start(),
                "MaxStorageSize": STORAGE_GIB.end(),
                "SupportedEngineModes": ["provisioned"],
                "SupportsStorageAutoscaling": true,
                "OutpostCapable": false,
                "SupportedNetworkTypes": ["IPV4"],
            });
            (format!("{}/{class}/{storage}", sort_key(version)), option)
        });
    let mut options: Vec<_> = options.collect();
    options.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(marked(call, "OrderableDBInstanceOptions", options))
}

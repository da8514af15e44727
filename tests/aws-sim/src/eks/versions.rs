//! Versions of Kubernetes.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde_json::json;

use super::pages::paged;
use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// Minor version of Kubernetes 1, with its release, the end of standard support and the end of extended support: AWS's
/// calendar of EKS releases.
const CALENDAR: [(u32, &str, &str, &str); 8] = [
    (28, "2023-09-26", "2024-11-26", "2025-11-26"),
    (29, "2024-01-23", "2025-03-23", "2026-03-23"),
    (30, "2024-05-23", "2025-07-23", "2026-07-23"),
    (31, "2024-09-26", "2025-11-26", "2026-11-26"),
    (32, "2025-01-23", "2026-03-23", "2027-03-23"),
    (33, "2025-05-29", "2026-07-29", "2027-07-29"),
    (34, "2025-10-02", "2026-12-02", "2027-12-02"),
    (35, "2026-01-27", "2027-03-27", "2028-03-27"),
];

/// How many minor versions nodes may be behind their cluster: Kubernetes' version skew policy.
pub(super) const LARGEST_SKEW: u32 = 3;

/// A minor version of Kubernetes 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u32);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.0)
    }
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.strip_prefix("1.").and_then(|minor| minor.parse().ok()).map(Self).ok_or(())
    }
}

impl Version {
    /// The version of an object, which was checked when it was made.
    pub(super) fn of(document: &Document) -> Self {
        document.given("version").parse().expect("objects have versions that were checked")
    }

    /// How AWS's own part of the control plane is called.
    pub(super) fn platform(self) -> String {
        format!("eks.{}", 4 + self.0 % 7)
    }

    /// The newest image of nodes.
    pub(super) fn node_release(self) -> String {
        format!("{self}.{}-20260101", self.0 % 5 + 1)
    }
}

/// A version that clusters can be made with, or the default one.
///
/// # Errors
///
/// If it is not supported any more, or not yet.
pub(super) fn supported(world: &World, wanted: Option<&str>) -> Result<Version, Refusal> {
    let known = known(world);
    let Some(wanted) = wanted else { return Ok(default(&known)) };
    let found = known.iter().find(|it| it.version.to_string() == wanted && it.status != UNSUPPORTED);
    found.map(|it| it.version).ok_or_else(|| {
        let message = format!("unsupported Kubernetes version {wanted}");
        Refusal::new("InvalidParameterException", message)
    })
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let known = known(world);
    let default = default(&known);
    let wanted = call.input.texts("clusterVersions");
    let status = call.input.text("versionStatus");
    let everything = call.input.flag("includeAll") == Some(true) || !wanted.is_empty() || status.is_some();
    let shown = known.iter().rev().filter(|it| {
        (everything || it.status != UNSUPPORTED)
            && (wanted.is_empty() || wanted.contains(&it.version.to_string()))
            && status.is_none_or(|status| it.status == status)
            && (call.input.flag("defaultOnly") != Some(true) || it.version == default)
    });
    let described = shown.map(|it| {
        let Release { version, status, released, standard_end, extended_end } = it;
        let described = json!({
            "clusterVersion": version.to_string(),
            "clusterType": "eks",
            "defaultPlatformVersion": version.platform(),
            "defaultVersion": *version == default,
            "releaseDate": released.to_string(),
            "endOfStandardSupportDate": standard_end.to_string(),
            "endOfExtendedSupportDate": extended_end.to_string(),
            "status": status.to_lowercase().replace('_', "-"),
            "versionStatus": status,
            "kubernetesPatchVersion": format!("{version}.{}", version.0 % 5 + 1),
        });
        // The newest comes first.
        (format!("{:04}", 9999 - version.0), described)
    });
    Ok(paged(call, "clusterVersions", described))
}

/// The versions that clusters can be made with, oldest first.
pub(super) fn known_versions(world: &World) -> Vec<Version> {
    known(world).into_iter().filter(|it| it.status != UNSUPPORTED).map(|it| it.version).collect()
}

const UNSUPPORTED: &str = "UNSUPPORTED";
const STANDARD: &str = "STANDARD_SUPPORT";
const EXTENDED: &str = "EXTENDED_SUPPORT";

struct Release {
    version: Version,
    status: &'static str,
    released: Timestamp,
    standard_end: Timestamp,
    extended_end: Timestamp,
}

/// The versions that have been released, oldest first.
fn known(world: &World) -> Vec<Release> {
    let now = world.now();
    let all = CALENDAR.into_iter().map(|(minor, released, standard_end, extended_end)| {
        let [released, standard_end, extended_end] = [released, standard_end, extended_end].map(midnight);
        let status = if now < standard_end {
            STANDARD
        } else if now < extended_end {
            EXTENDED
        } else {
            UNSUPPORTED
        };
        Release { version: Version(minor), status, released, standard_end, extended_end }
    });
    all.filter(|it| it.released <= now).collect()
}

/// The newest with standard support.
fn default(known: &[Release]) -> Version {
    let newest = known.iter().rev().find(|it| it.status == STANDARD);
    newest.or_else(|| known.last()).map_or(Version(CALENDAR[0].0), |it| it.version)
}

fn midnight(date: &str) -> Timestamp {
    format!("{date}T00:00:00Z").parse().expect("the calendar has dates")
}

//! Which add-ons there are, and for which versions of Kubernetes.

use serde_json::json;

use crate::{
    calls::Call,
    document::Document,
    eks::{
        pages::paged,
        versions::{Version, known_versions},
    },
    refusal::Refusal,
    world::World,
};

/// An add-on of AWS's own.
pub(super) struct Known {
    pub(super) name: &'static str,
    kind: &'static str,
    namespace: &'static str,
    /// Whether it has pods that need a node, so that it is degraded without one.
    pub(super) needs_nodes: bool,
    line: Line,
}

/// How its versions go.
enum Line {
    /// It has the version of Kubernetes.
    Kubernetes,
    /// These, oldest first, each for every version of Kubernetes.
    Own(&'static [&'static str]),
}

/// Names, types and namespaces are AWS's. The versions are of their form, and enough of them to go up and down.
pub(super) const CATALOG: [Known; 6] = [
    Known {
        name: "aws-ebs-csi-driver",
        kind: "storage",
        namespace: "kube-system",
        needs_nodes: true,
        line: Line::Own(&["v1.38.1-eksbuild.2", "v1.41.0-eksbuild.1", "v1.44.0-eksbuild.1"]),
    },
    Known {
        name: "coredns",
        kind: "networking",
        namespace: "kube-system",
        needs_nodes: true,
        line: Line::Own(&["v1.11.3-eksbuild.1", "v1.11.4-eksbuild.14", "v1.12.1-eksbuild.2"]),
    },
    Known {
        name: "eks-pod-identity-agent",
        kind: "security",
        namespace: "kube-system",
        needs_nodes: false,
        line: Line::Own(&["v1.2.0-eksbuild.1", "v1.3.4-eksbuild.1", "v1.3.8-eksbuild.2"]),
    },
    Known {
        name: "kube-proxy",
        kind: "networking",
        namespace: "kube-system",
        needs_nodes: false,
        line: Line::Kubernetes,
    },
    Known {
        name: "metrics-server",
        kind: "observability",
        namespace: "kube-system",
        needs_nodes: true,
        line: Line::Own(&["v0.7.2-eksbuild.3", "v0.8.0-eksbuild.2"]),
    },
    Known {
        name: "vpc-cni",
        kind: "networking",
        namespace: "kube-system",
        needs_nodes: false,
        line: Line::Own(&["v1.19.2-eksbuild.5", "v1.19.6-eksbuild.7", "v1.20.1-eksbuild.1"]),
    },
];

/// The add-on of this name.
pub(super) fn known(name: &str) -> Option<&'static Known> {
    CATALOG.iter().find(|it| it.name == name)
}

impl Known {
    /// Its versions for a version of Kubernetes, oldest first.
    pub(super) fn versions(&self, kubernetes: Version) -> Vec<String> {
        match self.line {
            Line::Kubernetes => {
                (1..=3).map(|build| format!("v{kubernetes}.{build}-eksbuild.{build}")).collect()
            }
            Line::Own(versions) => versions.iter().map(|version| (*version).to_owned()).collect(),
        }
    }

    /// The one that is installed if none is named: AWS's defaults lag behind.
    pub(super) fn default(&self, kubernetes: Version) -> String {
        let mut versions = self.versions(kubernetes);
        versions.swap_remove(versions.len() - 2)
    }

    fn described(&self, kubernetes: &[Version]) -> Document {
        let mut all: Vec<String> = kubernetes.iter().flat_map(|it| self.versions(*it)).collect();
        all.reverse();
        let mut seen = Vec::new();
        all.retain(|version| {
            !seen.contains(version) && {
                seen.push(version.clone());
                true
            }
        });
        let versions = all.iter().map(|version| {
            let fitting = kubernetes.iter().rev().filter(|it| self.versions(**it).contains(version));
            let compatibilities = fitting.map(|it| {
                json!({
                    "clusterVersion": it.to_string(),
                    "platformVersions": ["*"],
                    "defaultVersion": self.default(*it) == *version,
                })
            });
            let needs_role = ["vpc-cni", "aws-ebs-csi-driver"].contains(&self.name);
            json!({
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2", "auto", "hybrid"],
                "compatibilities": compatibilities.collect::<Vec<_>>(),
                "requiresConfiguration": false,
                "requiresIamPermissions": needs_role,
            })
        });
        Document::new()
            .with("addonName", self.name)
            .with("type", self.kind)
            .with("publisher", "eks")
            .with("owner", "aws")
            .with("defaultNamespace", self.namespace)
            .with("addonVersions", versions.collect::<Vec<_>>())
    }
}

pub(in crate::eks) fn describe_versions(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let wanted = input.text("kubernetesVersion");
    let mut kubernetes = known_versions(world);
    kubernetes.retain(|version| wanted.is_none_or(|wanted| version.to_string() == wanted));
    if let Some(name) = input.text("addonName")
        && known(name).is_none()
    {
        let message = format!("Addon {name} specified is not supported");
        return Err(Refusal::new("ResourceNotFoundException", message).with("addonName", name));
    }
    let among = |list: &str, value: &str| {
        let wanted = input.texts(list);
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == value)
    };
    let shown = CATALOG.iter().filter(|it| {
        input.text("addonName").is_none_or(|name| name == it.name)
            && among("types", it.kind)
            && among("publishers", "eks")
            && among("owners", "aws")
            && !kubernetes.is_empty()
    });
    Ok(paged(call, "addons", shown.map(|it| (it.name.to_owned(), it.described(&kubernetes)))))
}

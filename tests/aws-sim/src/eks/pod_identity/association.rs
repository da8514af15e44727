//! Associations of a service account with a role.

use crate::{
    calls::Call,
    document::Document,
    eks::{
        lookup::{cluster, cluster_mut, name, ready_cluster},
        pages::paged,
        state::Cluster,
    },
    refusal::Refusal,
    world::{Object, World},
};

/// What a list has of an association.
const SUMMARY: [&str; 6] =
    ["clusterName", "namespace", "serviceAccount", "associationArn", "associationId", "ownerArn"];

pub(in crate::eks) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let cluster = ready_cluster(world, call)?;
    if let Some(found) = with_account(cluster, input) {
        let message = format!("Association already exists: {}", found.document.given("associationId"));
        return Err(Refusal::new("ResourceInUseException", message).with("clusterName", name(call)));
    }
    let document = associate(world, call, input);
    Ok(Document::new().with("association", document))
}

/// Makes the association that an add-on asks for, or takes it over, and answers with its ARN.
pub(in crate::eks) fn associate_addon(
    world: &mut World,
    call: &Call,
    wanted: &Document,
    owner: &str,
) -> String {
    let wanted = wanted.clone().with("namespace", "kube-system").with("ownerArn", owner);
    let found = cluster(world, call).ok().and_then(|cluster| with_account(cluster, &wanted));
    let found = found.map(|it| it.document.given("associationArn").to_owned());
    found.unwrap_or_else(|| associate(world, call, &wanted).given("associationArn").to_owned())
}

/// The association of the account that somebody else wants one for.
fn with_account<'a>(cluster: &'a Cluster, wanted: &Document) -> Option<&'a Object> {
    let account = |it: &Document| (it.given("namespace").to_owned(), it.given("serviceAccount").to_owned());
    cluster.associations.values().find(|it| account(&it.document) == account(wanted))
}

fn associate(world: &mut World, call: &Call, wanted: &Document) -> Document {
    let (id, now) = (format!("a-{}", world.ids.digits(17)), world.now_text());
    let mut document = Document::new()
        .with("clusterName", name(call))
        .with("associationId", id.as_str())
        .with(
            "associationArn",
            call.arn(world, "eks", &format!("podidentityassociation/{}/{id}", name(call))),
        )
        .with("tags", wanted.inner("tags"))
        .with("createdAt", now.as_str())
        .with("modifiedAt", now)
        .with("disableSessionTags", wanted.flag("disableSessionTags").unwrap_or(false));
    document
        .carry(wanted, &["namespace", "serviceAccount", "roleArn", "targetRoleArn", "policy", "ownerArn"]);
    if wanted.has("targetRoleArn") {
        document.set("externalId", world.ids.uuid());
    }
    let object = world.object(document.clone());
    if let Ok(cluster) = cluster_mut(world, call) {
        cluster.associations.insert(id, object);
    }
    document
}

fn association<'a>(world: &'a World, call: &Call) -> Result<&'a Object, Refusal> {
    let id = call.input.given("associationId");
    let found = cluster(world, call)?.associations.get(id).filter(|it| call.sees(it, world));
    found.ok_or_else(|| {
        let message = format!("Association with id {id} not found in cluster {}", name(call));
        Refusal::new("ResourceNotFoundException", message).with("clusterName", name(call))
    })
}

pub(in crate::eks) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    Ok(Document::new().with("association", association(world, call)?.document.clone()))
}

pub(in crate::eks) fn list(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let is = |document: &Document, member| {
        call.input.text(member).is_none_or(|wanted| document.text(member) == Some(wanted))
    };
    let all = cluster(world, call)?.associations.iter();
    let found = all.filter(|(_, it)| {
        call.sees(it, world) && is(&it.document, "namespace") && is(&it.document, "serviceAccount")
    });
    let summaries = found.map(|(id, it)| {
        let mut summary = Document::new();
        summary.carry(&it.document, &SUMMARY);
        (id.clone(), summary)
    });
    Ok(paged(call, "associations", summaries))
}

pub(in crate::eks) fn update(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    association(world, call)?;
    let now = world.now_text();
    let found = cluster_mut(world, call)?.associations.get_mut(call.input.given("associationId"));
    let document = &mut found.expect("it was there a moment ago").document;
    document.carry(&call.input, &["roleArn", "disableSessionTags", "targetRoleArn", "policy"]);
    document.set("modifiedAt", now);
    Ok(Document::new().with("association", document.clone()))
}

pub(in crate::eks) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let document = association(world, call)?.document.clone();
    if let Some(owner) = document.text("ownerArn") {
        let message = format!("The association is managed by {owner}");
        return Err(Refusal::new("InvalidRequestException", message).with("clusterName", name(call)));
    }
    cluster_mut(world, call)?.associations.remove(document.given("associationId"));
    world.tokens.forget(document.given("associationArn"));
    Ok(Document::new().with("association", document))
}

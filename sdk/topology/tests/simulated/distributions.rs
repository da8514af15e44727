//! Distributions and the origin access controls of their own, which moto plays behind the stand-in.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudfront::types::{
    OriginAccessControlConfig, OriginAccessControlOriginTypes, OriginAccessControlSigningBehaviors,
    OriginAccessControlSigningProtocols,
};
use sparki_core::{Change, Planned, Reconcile, State};
use sparki_topology::CloudfrontDistribution;
use sparki_topology::cloudfront_distribution::{
    Behavior, CloudfrontDistributionModel, Origin, OriginGroup, RequestSigning,
};

use super::stand_in::StandIn;
use crate::Moto;
use crate::support::{operation, region};

/// A bucket as an origin, whose requests are signed in this way.
fn bucket(name: &str, signing: Option<RequestSigning>) -> Origin {
    let origin = Origin::new(format!("{name}.s3.us-east-1.amazonaws.com"));
    match signing {
        Some(signing) => origin.request_signing(signing),
        None => origin,
    }
}

fn distribution<const N: usize>(origins: [(&str, Option<RequestSigning>); N]) -> CloudfrontDistributionModel {
    let first = origins[0].0;
    let origins = origins.map(|(name, signing)| (name.to_owned(), bucket(name, signing)));
    CloudfrontDistributionModel::new(BTreeMap::from(origins), Behavior::new(first)).enabled(true)
}

async fn client(stand_in: &StandIn) -> aws_sdk_cloudfront::Client {
    stand_in.aws.client(&region()).await.expect("a client is made without asking")
}

/// The controls of the account: those of Sparki's by what they sign, the others by name.
async fn controls(stand_in: &StandIn) -> Vec<String> {
    let answer = client(stand_in).await.list_origin_access_controls().send().await.expect("moto answers");
    let found = answer.origin_access_control_list.and_then(|list| list.items).unwrap_or_default();
    let told = |name: &str| {
        let signs = RequestSigning::ALL.iter().map(|it| it.as_str()).find(|it| name.ends_with(it));
        signs.map_or(name.to_owned(), |signs| format!("sparki {signs}"))
    };
    let mut told: Vec<_> = found.iter().map(|it| told(it.name())).collect();
    told.sort();
    told
}

async fn update(
    stand_in: &StandIn,
    prior: State<CloudfrontDistributionModel>,
    planned: CloudfrontDistributionModel,
) -> State<CloudfrontDistributionModel> {
    let (ctx, _) = operation(&stand_in.aws);
    let planned = CloudfrontDistributionModel { id: prior.id.clone(), arn: prior.arn.clone(), ..planned };
    let change = Change { prior, planned: Planned::new(planned) };
    CloudfrontDistribution::update(&ctx, change).await.expect("nothing is in the way of a change")
}

#[tokio::test]
async fn a_distribution_has_the_controls_that_it_needs_and_leaves_none() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let theirs = OriginAccessControlConfig::builder()
        .name("theirs")
        .signing_protocol(OriginAccessControlSigningProtocols::Sigv4)
        .signing_behavior(OriginAccessControlSigningBehaviors::Always)
        .origin_access_control_origin_type(OriginAccessControlOriginTypes::S3)
        .build()
        .expect("all of it is set");
    let request = client(&stand_in).await.create_origin_access_control();
    request.origin_access_control_config(theirs).send().await.expect("moto makes it");

    let (ctx, _) = operation(&stand_in.aws);
    let both = [("pages", Some(RequestSigning::Always)), ("media", Some(RequestSigning::Always))];
    let made = CloudfrontDistribution::create(&ctx, Planned::new(distribution(both))).await.unwrap();
    // Two origins that are signed alike share one.
    assert_eq!(controls(&stand_in).await, ["sparki always", "theirs"]);
    assert_eq!(CloudfrontDistribution::read(&ctx, made.clone()).await.unwrap(), Some(made.clone()));

    let other = [("pages", Some(RequestSigning::NoOverride)), ("media", None)];
    let changed = update(&stand_in, made, distribution(other)).await;
    assert_eq!(controls(&stand_in).await, ["sparki no-override", "theirs"]);
    let pages = changed.origins.known().and_then(|origins| origins.get("pages"));
    let signing = pages.and_then(|origin| origin.request_signing.known());
    assert_eq!(signing, Some(&RequestSigning::NoOverride));

    CloudfrontDistribution::delete(&ctx, changed.clone()).await.unwrap();
    assert_eq!(controls(&stand_in).await, ["theirs"]);
    assert_eq!(CloudfrontDistribution::read(&ctx, changed.clone()).await.unwrap(), None);
    CloudfrontDistribution::delete(&ctx, changed).await.unwrap();
}

#[tokio::test]
async fn a_distribution_that_is_retained_is_disabled_and_stays() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = distribution([("pages", Some(RequestSigning::Always))]).retain_on_delete(true);
    let made = CloudfrontDistribution::create(&ctx, Planned::new(planned)).await.unwrap();
    CloudfrontDistribution::delete(&ctx, made.clone()).await.unwrap();
    let told = call.take_warnings().to_string();
    assert!(told.starts_with("warning: Distribution left in the account\n"), "{told}");
    let left = CloudfrontDistribution::read(&ctx, made).await.unwrap().expect("it is still there");
    assert_eq!(left.enabled, false.into());
    assert_eq!(controls(&stand_in).await, ["sparki always"]);
}

#[tokio::test]
async fn groups_of_origins_come_change_and_go() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let (ctx, _) = operation(&stand_in.aws);
    let group = |codes: &[u16]| {
        let group =
            OriginGroup::new("pages", "media").status_codes(codes.iter().copied().collect::<BTreeSet<_>>());
        BTreeMap::from([("both".to_owned(), group)])
    };
    let bare = || distribution([("pages", None), ("media", None)]);
    let made = CloudfrontDistribution::create(&ctx, Planned::new(bare())).await.unwrap();
    let added = update(&stand_in, made, bare().origin_groups(group(&[500, 503]))).await;
    assert_eq!(added.origin_groups.known(), Some(&group(&[500, 503])));
    let changed = update(&stand_in, added, bare().origin_groups(group(&[404]))).await;
    assert_eq!(changed.origin_groups.known(), Some(&group(&[404])));
    let removed = update(&stand_in, changed, bare()).await;
    assert!(removed.origin_groups.is_null());
}

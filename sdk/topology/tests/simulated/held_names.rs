//! Plans to make an object whose name a protected one has, as one has that an interrupted run left tainted.

use sparki_core::Dynamic;

use super::stand_in::{StandIn, subnets};
use crate::Moto;
use crate::planned::Instance;
use crate::support::region;

type Attributes = Vec<(&'static str, Dynamic)>;

fn protected(protection: bool, more: &[(&'static str, Dynamic)]) -> Attributes {
    let protection = [("deletion_protection", protection.into())];
    protection.into_iter().chain(more.iter().cloned()).collect()
}

/// What there is to say about a plan to make the object once more.
async fn check(kind: &str, stand_in: &StandIn, config: &Attributes) -> String {
    Instance::new(kind, &stand_in.aws).preflight(config).await
}

#[tokio::test]
async fn a_protected_load_balancer_is_not_planned_to_be_made_again() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let [one, other] = subnets(&moto.url).await;
    let more = [
        ("name", "web".into()),
        ("type", "network".into()),
        ("subnet_ids", Dynamic::set(vec![one.as_str().into(), other.as_str().into()])),
    ];
    assert_eq!(check("sparki_load_balancer", &stand_in, &protected(true, &more)).await, "");
    let mut made = Instance::new("sparki_load_balancer", &stand_in.aws);
    made.apply(&protected(true, &more)).await;
    let told = check("sparki_load_balancer", &stand_in, &protected(true, &more)).await;
    assert!(told.starts_with("error: Name of a protected load balancer\n  at name\n"), "{told}");
    assert!(told.contains("terraform untaint"), "{told}");
    assert_eq!(made.preflight(&protected(true, &more)).await, "", "it is there and stays");
    made.apply(&protected(false, &more)).await;
    assert_eq!(check("sparki_load_balancer", &stand_in, &protected(true, &more)).await, "");
}

#[tokio::test]
async fn a_bucket_is_not_planned_to_be_made_again_while_it_is_to_be_protected() {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    for (kind, name) in [("sparki_s3_bucket", "held-bucket"), ("sparki_state_backend", "held-states")] {
        let config = |protection| protected(protection, &[("name", name.into())]);
        assert_eq!(check(kind, &stand_in, &config(true)).await, "");
        let mut made = Instance::new(kind, &stand_in.aws);
        made.apply(&config(true)).await;
        let told = check(kind, &stand_in, &config(true)).await;
        assert!(told.starts_with("error: Name of a protected bucket\n  at name\n"), "{told}");
        assert!(told.contains("terraform untaint"), "{told}");
        assert_eq!(check(kind, &stand_in, &config(false)).await, "", "it can be replaced");
        assert_eq!(made.preflight(&config(true)).await, "", "it is there and stays");
    }
    // What somebody else has made is told of when it is asked for.
    let s3: aws_sdk_s3::Client = stand_in.aws.client(&region()).await.unwrap();
    s3.create_bucket().bucket("their-bucket").send().await.unwrap();
    let theirs = protected(true, &[("name", "their-bucket".into())]);
    assert_eq!(check("sparki_s3_bucket", &stand_in, &theirs).await, "");
}

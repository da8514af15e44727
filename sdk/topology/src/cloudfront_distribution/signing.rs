//! By what CloudFront shows a bucket who it is: origin access controls of the distribution's own. Pure.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudfront::types::{
    Distribution, OriginAccessControlConfig, OriginAccessControlOriginTypes,
    OriginAccessControlSigningProtocols, OriginAccessControlSummary, Origins,
};
use sparki_core::Value;
use sparki_derive::Choice;

use super::{CloudfrontDistributionModel, Origin};

/// What a control of ours says of itself. CloudFront gives controls no tags.
const DESCRIPTION: &str = "sparki:managed-by=sparki, for one distribution";
/// The longest name of a control, as CloudFront's reference of `OriginAccessControlConfig` says.
const LONGEST_NAME: usize = 64;

/// Which requests to a bucket are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum RequestSigning {
    /// All of them.
    #[choice("always")]
    Always,
    /// Those that viewers have not signed.
    #[choice("no-override")]
    NoOverride,
    /// None, so that the bucket has to let everybody in.
    #[choice("never")]
    Never,
}

/// A control of a distribution's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Control {
    /// Which one of the distribution's it is.
    pub(super) place: RequestSigning,
    pub(super) id: String,
    /// What it signs, which somebody may have changed; none if that is nothing known here.
    pub(super) signs: Option<RequestSigning>,
}

/// By what the controls of a distribution are known. It is the reference by which the distribution was made, which is there
/// before the distribution is and never changes.
#[derive(Clone, Debug)]
pub(super) struct Mark(String);

impl Mark {
    /// The mark of the distribution that is made by this reference.
    pub(super) fn of_reference(reference: &str) -> Self {
        Self(reference.to_owned())
    }

    /// The mark of a distribution that there is. What others made may have a reference that goes into no name.
    pub(super) fn of(distribution: &Distribution) -> Self {
        let reference = distribution.distribution_config().map_or("", |config| config.caller_reference());
        let longest =
            RequestSigning::ALL.iter().map(|it| Self::of_reference(reference).name(*it).len()).max();
        let is_plain = reference.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_');
        let fits = !reference.is_empty() && is_plain && longest.is_some_and(|it| it <= LONGEST_NAME);
        Self(if fits { reference } else { distribution.id() }.to_owned())
    }

    /// What the names of the distribution's controls begin with.
    pub(super) fn prefix(&self) -> String {
        format!("sparki-{}-", self.0)
    }

    pub(super) fn name(&self, signing: RequestSigning) -> String {
        format!("{}{}", self.prefix(), signing.as_str())
    }

    /// The configuration of a control of the distribution.
    pub(super) fn config(&self, signing: RequestSigning) -> OriginAccessControlConfig {
        OriginAccessControlConfig::builder()
            .name(self.name(signing))
            .description(DESCRIPTION)
            .signing_protocol(OriginAccessControlSigningProtocols::Sigv4)
            .signing_behavior(signing.as_str().into())
            .origin_access_control_origin_type(OriginAccessControlOriginTypes::S3)
            .build()
            .expect("what has to be there is set")
    }

    /// The control, if it is one of the distribution's own. Name and description both say so, or it is somebody else's.
    pub(super) fn own(&self, found: &OriginAccessControlSummary) -> Option<Control> {
        let place = RequestSigning::ALL.iter().find(|place| self.name(**place) == found.name())?;
        (found.description() == DESCRIPTION).then(|| Control {
            place: *place,
            id: found.id().to_owned(),
            signs: found.signing_behavior().as_str().parse().ok(),
        })
    }
}

/// Which controls of its own a distribution needs.
pub(super) fn wanted(distribution: &CloudfrontDistributionModel) -> BTreeSet<RequestSigning> {
    let origins = distribution.origins.known().into_iter().flatten();
    origins.filter_map(|(_, origin)| origin.request_signing.known().copied()).collect()
}

/// The distribution with the ids of its own controls where it says what is signed, as it is sent.
pub(super) fn numbered(
    distribution: &CloudfrontDistributionModel,
    controls: &[Control],
) -> CloudfrontDistributionModel {
    let id =
        |signing: &RequestSigning| controls.iter().find(|it| it.place == *signing).map(|it| it.id.clone());
    each_origin(distribution.clone(), |origin| match origin.request_signing.known() {
        Some(signing) => Origin { origin_access_control_id: id(signing).into(), ..origin },
        None => origin,
    })
}

/// The distribution as it is read, with what is signed in place of the ids of its own controls.
pub(super) fn shown(
    distribution: CloudfrontDistributionModel,
    controls: &[Control],
) -> CloudfrontDistributionModel {
    let signs = |id: &str| controls.iter().find(|it| it.id == id).and_then(|it| it.signs);
    each_origin(distribution, |origin| {
        match origin.origin_access_control_id.known().and_then(|id| signs(id)) {
            Some(signs) => {
                Origin { origin_access_control_id: Value::Null, request_signing: signs.into(), ..origin }
            }
            None => origin,
        }
    })
}

/// Whether origins of a distribution have controls of which it is not known that they are somebody else's.
pub(super) fn is_to_be_told(distribution: &Distribution, known: &CloudfrontDistributionModel) -> bool {
    let origins = distribution.distribution_config().and_then(|config| config.origins());
    origins.map(Origins::items).unwrap_or_default().iter().any(|origin| {
        let known = known.origins.known().and_then(|known| known.get(origin.id()));
        let known = known.and_then(|known| known.origin_access_control_id.known()).map(String::as_str);
        origin.origin_access_control_id().is_some_and(|id| !id.is_empty() && known != Some(id))
    })
}

fn each_origin(
    distribution: CloudfrontDistributionModel,
    change: impl Fn(Origin) -> Origin,
) -> CloudfrontDistributionModel {
    let Value::Known(origins) = distribution.origins else { return distribution };
    let origins: BTreeMap<_, _> = origins.into_iter().map(|(name, origin)| (name, change(origin))).collect();
    CloudfrontDistributionModel { origins: origins.into(), ..distribution }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudfront::primitives::DateTime;
    use sparki_aws::Nonce;

    use super::super::{Behavior, config};
    use super::*;

    fn distribution() -> CloudfrontDistributionModel {
        let pages = Origin::new("pages.s3.us-east-1.amazonaws.com").request_signing(RequestSigning::Always);
        let media = Origin::new("media.s3.us-east-1.amazonaws.com").origin_access_control_id("E2");
        let origins = BTreeMap::from([("pages".to_owned(), pages), ("media".to_owned(), media)]);
        CloudfrontDistributionModel::new(origins, Behavior::new("pages"))
    }

    fn control(signs: Option<RequestSigning>) -> Control {
        Control { place: RequestSigning::Always, id: "C1".into(), signs }
    }

    fn made(reference: &str, distribution: &CloudfrontDistributionModel) -> Distribution {
        Distribution::builder()
            .id("E1")
            .arn("arn:aws:cloudfront::123456789012:distribution/E1")
            .status("Deployed")
            .last_modified_time(DateTime::from_secs(0))
            .in_progress_invalidation_batches(0)
            .domain_name("d1.cloudfront.net")
            .distribution_config(config::create(distribution, &Nonce::new(reference)))
            .build()
            .unwrap()
    }

    fn summary(name: &str, description: &str) -> OriginAccessControlSummary {
        OriginAccessControlSummary::builder()
            .id("C1")
            .name(name)
            .description(description)
            .signing_protocol(OriginAccessControlSigningProtocols::Sigv4)
            .signing_behavior("never".into())
            .origin_access_control_origin_type(OriginAccessControlOriginTypes::S3)
            .build()
            .unwrap()
    }

    #[test]
    fn what_is_signed_is_sent_as_a_control_and_read_back() {
        let numbered = numbered(&distribution(), &[control(None)]);
        let there = made("n-1", &numbered);
        let pages = there.distribution_config().unwrap().origins().unwrap().items();
        let pages = pages.iter().find(|origin| origin.id() == "pages").unwrap();
        assert_eq!(pages.origin_access_control_id(), Some("C1"));
        let origins = numbered.origins.known().unwrap().clone();
        let read =
            origins.into_iter().map(|(name, it)| (name, Origin { request_signing: Value::Null, ..it }));
        let read = CloudfrontDistributionModel { origins: Value::Known(read.collect()), ..distribution() };
        assert_eq!(shown(read.clone(), &[control(Some(RequestSigning::Always))]), distribution());
        // What somebody has made of it shows.
        let drifted = shown(read, &[control(Some(RequestSigning::Never))]);
        assert_eq!(wanted(&drifted), BTreeSet::from([RequestSigning::Never]));
    }

    #[test]
    fn only_controls_that_may_be_its_own_are_asked_for() {
        let there = made("n-1", &numbered(&distribution(), &[control(None)]));
        assert!(is_to_be_told(&there, &distribution()));
        assert!(!is_to_be_told(&there, &numbered(&distribution(), &[control(None)])));
        assert!(is_to_be_told(&there, &CloudfrontDistributionModel::blank()));
    }

    #[test]
    fn a_control_is_a_distributions_own_by_its_name_and_by_what_it_says() {
        let mark = Mark::of_reference("n-1");
        let own = mark.own(&summary("sparki-n-1-always", DESCRIPTION));
        assert_eq!(own, Some(control(Some(RequestSigning::Never))));
        assert_eq!(mark.own(&summary("sparki-n-1-always", "by hand")), None);
        assert_eq!(mark.own(&summary("sparki-n-2-always", DESCRIPTION)), None);
    }

    #[test]
    fn a_name_is_never_too_long() {
        let name =
            |reference: &str| Mark::of(&made(reference, &distribution())).name(RequestSigning::NoOverride);
        assert_eq!(name("n-1"), "sparki-n-1-no-override");
        assert_eq!(name(&"n".repeat(60)), "sparki-E1-no-override");
        assert_eq!(name("terraform made it"), "sparki-E1-no-override");
    }

    #[test]
    fn what_is_disabled_lets_go_of_its_own_controls_only() {
        let there = config::create(&numbered(&distribution(), &[control(None)]), &Nonce::new("n-1"));
        let disabled = config::disabled(there, &[control(None)]);
        let left = disabled.origins().unwrap().items().iter().filter_map(|it| it.origin_access_control_id());
        assert_eq!(left.filter(|id| !id.is_empty()).collect::<Vec<_>>(), ["E2"]);
        assert!(!disabled.enabled());
    }
}

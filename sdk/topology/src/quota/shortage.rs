//! What is missing.

use sparki_aws::Region;
use sparki_core::{Diagnostic, Path, Severity};

use super::Limit;

/// What a plan asks for, and what there is.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// What asks for it, as a sentence: `The NAT gateways need 3 more elastic addresses.`
    pub(crate) need: String,
    /// How much more there is to be.
    pub(crate) more: u64,
    /// How much there is.
    pub(crate) used: u64,
    /// Where that is, if not in the region: `The cluster "main"`.
    pub(crate) place: Option<String>,
    /// The attribute that asks for it.
    pub(crate) attribute: &'static str,
    pub(crate) certainty: Certainty,
}

/// Whether what is asked for will be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// When the plan is applied.
    Now,
    /// Later, if at all: an autoscaler may never go so far.
    Later,
}

impl Limit {
    /// What stands in the way of a demand.
    pub(crate) fn shortage(&self, region: &Region, demand: Demand) -> Option<Diagnostic> {
        let Demand { need, more, used, place, attribute, certainty } = demand;
        let wanted = used.saturating_add(more);
        let short = wanted.saturating_sub(self.most);
        if more == 0 || short == 0 {
            return None;
        }
        let (severity, ends) = match certainty {
            Certainty::Now => (Severity::Error, "Remove what is not needed any more before"),
            Certainty::Later => (Severity::Warning, "AWS starts no more then. Set a smaller number"),
        };
        let Self { quota, most, code, name } = self;
        let place = place.unwrap_or_else(|| region.to_string());
        let detail = format!(
            "{need} {place} has {used} {}, and the quota \"{name}\" ({code}) lets it have {most}: {short} too few. {ends}, or \
             ask for more: aws service-quotas request-service-quota-increase --region {region} --service-code {} \
             --quota-code {code} --desired-value {wanted}",
            quota.what, quota.service
        );
        let found = Diagnostic { severity, ..Diagnostic::error("Quota too small", detail) };
        Some(found.at(Path::attribute(attribute)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::VPCS;

    fn check(more: u64, used: u64, certainty: Certainty) -> String {
        let limit = Limit::known(&VPCS, 5, ("L-F678F1CE", "VPCs per Region"));
        let demand = Demand {
            need: "It is one more.".to_owned(),
            more,
            used,
            place: None,
            attribute: "name",
            certainty,
        };
        let region = "eu-west-1".parse().expect("it is a region");
        limit.shortage(&region, demand).map(|found| found.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_left_is_not_too_little() {
        assert_eq!(check(1, 4, Certainty::Now), "");
        assert_eq!(check(0, 9, Certainty::Now), "");
    }

    #[test]
    fn what_is_missing_is_told_with_the_way_to_get_it() {
        assert_eq!(
            check(2, 4, Certainty::Now),
            "error: Quota too small\n  at name\n  It is one more. eu-west-1 has 4 VPCs, and the quota \"VPCs per Region\" \
             (L-F678F1CE) lets it have 5: 1 too few. Remove what is not needed any more before, or ask for more: aws \
             service-quotas request-service-quota-increase --region eu-west-1 --service-code vpc --quota-code L-F678F1CE \
             --desired-value 6"
        );
        assert!(check(2, 4, Certainty::Later).starts_with("warning: Quota too small\n"));
    }

    #[test]
    fn an_account_that_has_too_much_already_is_told_for_more_only() {
        assert!(check(1, 7, Certainty::Now).contains(": 3 too few."));
    }
}

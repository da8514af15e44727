//! Plans that make an object dearer.

use sparki_core::{Diagnostic, Path};

use super::Bill;

/// What an object costs before and after a plan.
#[derive(Clone, Debug)]
pub(crate) struct Rise {
    /// None if there is no object yet.
    pub(crate) before: Option<Bill>,
    pub(crate) after: Bill,
    /// The attribute that makes the difference.
    pub(crate) attribute: &'static str,
    /// What is billed besides: `what passes through the gateways`.
    pub(crate) left_out: &'static str,
}

impl Rise {
    /// What is to be told about it where rises of more than so many USD a month are. A price that is not known may be any.
    pub(crate) fn told(&self, most: Option<u32>) -> Option<Diagnostic> {
        let most = most?;
        let before = self.before.clone().unwrap_or_default();
        if before == self.after {
            return None;
        }
        let (was, is) = (before.total(), self.after.total());
        let rises = is.least - was.least > f64::from(most) || is.most - was.most > f64::from(most);
        let unknown = is.unknown.join(", ");
        let found = match (rises, is.unknown.is_empty()) {
            (true, known) => {
                let and = if known {
                    String::new()
                } else {
                    format!(", and the price of {unknown}, which is not known")
                };
                Diagnostic::warning(
                    "Higher monthly cost",
                    format!(
                        "The plan raises what AWS charges for this from {} to {} USD a month, which is more than the \
                         {most} of \"cost_warning_usd\". Counted are {} at list prices on demand of 2026, for 730 hours. Not \
                         included: {}{and}.",
                        range(was.least, was.most),
                        range(is.least, is.most),
                        self.after.counted(),
                        self.left_out
                    ),
                )
            }
            (false, true) => return None,
            (false, false) => Diagnostic::warning(
                "Monthly cost not known",
                format!(
                    "The price of {unknown} is not known here, so that it could not be found out whether the plan raises what \
                     AWS charges by more than the {most} USD a month of \"cost_warning_usd\"."
                ),
            ),
        };
        Some(found.at(Path::attribute(self.attribute)))
    }
}

/// `607.36`, or `between 607.36 and 3036.80`.
fn range(least: f64, most: f64) -> String {
    let (least, most) = (format!("{least:.2}"), format!("{most:.2}"));
    if least == most { least } else { format!("between {least} and {most}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Product;

    fn machines(region: &str, range: (u64, u64)) -> Bill {
        Bill::new().with_range(region, Product::Machine("t3.large".to_owned()), range)
    }

    fn check(before: Option<Bill>, after: Bill, most: Option<u32>) -> String {
        let rise = Rise { before, after, attribute: "min", left_out: "their disks" };
        rise.told(most).map(|found| found.to_string()).unwrap_or_default()
    }

    #[test]
    fn nobody_is_told_who_has_not_asked() {
        assert_eq!(check(None, machines("us-east-1", (10, 50)), None), "");
    }

    #[test]
    fn a_rise_beyond_what_was_asked_for_is_told_with_what_it_is_made_of() {
        assert_eq!(
            check(None, machines("us-east-1", (10, 50)), Some(500)),
            "warning: Higher monthly cost\n  at min\n  The plan raises what AWS charges for this from 0.00 to between \
             607.36 and 3036.80 USD a month, which is more than the 500 of \"cost_warning_usd\". Counted are 10 to 50 x t3.large at list \
             prices on demand of 2026, for 730 hours. Not included: their disks."
        );
    }

    #[test]
    fn a_smaller_rise_is_not_told_nor_is_a_fall() {
        let [few, many] = [(1, 2), (9, 10)].map(|range| machines("us-east-1", range));
        assert_eq!(check(None, few.clone(), Some(500)), "");
        assert_eq!(check(Some(many.clone()), few.clone(), Some(0)), "");
        assert_eq!(check(Some(few.clone()), few, Some(0)), "");
        assert_eq!(check(Some(many.clone()), many, Some(0)), "");
    }

    #[test]
    fn what_may_come_to_more_is_told_as_well() {
        let before = Some(machines("us-east-1", (10, 10)));
        assert!(
            check(before, machines("us-east-1", (10, 50)), Some(500))
                .contains("from 607.36 to between 607.36 and 3036.80 USD")
        );
    }

    #[test]
    fn a_price_that_is_not_known_is_told() {
        let told = check(None, machines("eu-west-3", (10, 50)), Some(500));
        assert!(
            told.starts_with(
                "warning: Monthly cost not known\n  at min\n  The price of t3.large in eu-west-3"
            ),
            "{told}"
        );
        let some = machines("eu-west-3", (10, 50)).with("us-east-1", Product::Cluster, 8);
        let told = check(None, some, Some(500));
        assert!(
            told.ends_with(
                "Not included: their disks, and the price of t3.large in eu-west-3, which is not known."
            ),
            "{told}"
        );
    }
}

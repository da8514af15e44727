//! What one object is billed for.

use std::collections::BTreeMap;

use super::{Month, Product};

/// What one object is billed for in a month, at least and at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bill {
    /// By region and product.
    items: BTreeMap<(String, Product), Amount>,
}

/// So many of something, at least and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Amount {
    least: u64,
    most: u64,
}

/// What a bill comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Total {
    pub(crate) least: f64,
    pub(crate) most: f64,
    /// What has no price here: `m5.large in eu-west-3`.
    pub(crate) unknown: Vec<String>,
}

impl Bill {
    /// A bill of nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The same with so many of a product in a region.
    #[must_use]
    pub(crate) fn with(self, region: &str, product: Product, count: u64) -> Self {
        self.with_range(region, product, (count, count))
    }

    /// The same with a number that something else decides: `least` is always there, and `most` is never passed.
    #[must_use]
    pub(crate) fn with_range(mut self, region: &str, product: Product, (least, most): (u64, u64)) -> Self {
        if most > 0 {
            let amount = self.items.entry((region.to_owned(), product)).or_default();
            amount.least += least;
            amount.most += most;
        }
        self
    }

    pub(crate) fn total(&self) -> Total {
        let mut total = Total { least: 0.0, most: 0.0, unknown: Vec::new() };
        for ((region, product), amount) in &self.items {
            match product.price(region) {
                Some(Month(price)) => {
                    total.least += price * amount.least as f64;
                    total.most += price * amount.most as f64;
                }
                None => total.unknown.push(format!("{} in {region}", product.name())),
            }
        }
        total
    }

    /// What is counted, and what it comes to.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        let Total { least, most, unknown } = self.total();
        let unknown =
            if unknown.is_empty() { String::new() } else { format!(", not known: {}", unknown.join(", ")) };
        format!("{} = {least:.2}..{most:.2}{unknown}", self.counted())
    }

    /// What is counted, as text: `10 to 50 x t3.large`.
    pub(crate) fn counted(&self) -> String {
        let known = self.items.iter().filter(|((region, product), _)| product.price(region).is_some());
        let texts: Vec<_> = known
            .map(|((_, product), Amount { least, most })| {
                let count = if least == most { most.to_string() } else { format!("{least} to {most}") };
                format!("{count} x {}", product.name())
            })
            .collect();
        texts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(name: &str) -> Product {
        Product::Machine(name.to_owned())
    }

    #[test]
    fn a_bill_comes_to_its_parts_for_730_hours() {
        let bill =
            Bill::new().with("us-east-1", Product::Cluster, 1).with("us-east-1", Product::NatGateway, 3);
        let total = bill.total();
        assert_eq!(
            (format!("{:.2}", total.least), format!("{:.2}", total.most)),
            ("171.55".into(), "171.55".into())
        );
        assert_eq!(bill.counted(), "1 x EKS cluster, 3 x NAT gateway");
    }

    #[test]
    fn what_something_else_decides_is_a_range() {
        let bill = Bill::new().with_range("us-east-1", machine("t3.large"), (10, 50));
        let total = bill.total();
        assert_eq!(
            (format!("{:.2}", total.least), format!("{:.2}", total.most)),
            ("607.36".into(), "3036.80".into())
        );
        assert_eq!(bill.counted(), "10 to 50 x t3.large");
    }

    #[test]
    fn what_has_no_price_here_is_not_guessed() {
        let bill = Bill::new().with("eu-west-3", machine("t3.large"), 2).with("eu-west-3", Product::Key, 1);
        assert_eq!(
            bill.total(),
            Total { least: 1.0, most: 1.0, unknown: vec!["t3.large in eu-west-3".to_owned()] }
        );
    }

    #[test]
    fn nothing_costs_nothing() {
        assert_eq!(Bill::new().with("us-east-1", Product::NatGateway, 0), Bill::new());
    }
}

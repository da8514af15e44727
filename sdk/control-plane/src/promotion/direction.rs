//! Which way a release moves.

use crate::document::{Fields, choice::choice};

choice! {
    /// Which way a release moves: on, or back to where it was before.
    #[schemars(rename = "PromotionOperation")]
    Direction { Promote = "promote", Rollback = "rollback" }
}

impl Direction {
    /// Reads `applies_to`; by default rollbacks are not held up.
    pub(super) fn applied(fields: &mut Fields<'_>) -> Vec<Self> {
        let mut directions: Vec<Self> = fields.choices("applies_to").unwrap_or_default();
        directions.sort();
        if directions.is_empty() { vec![Self::Promote] } else { directions }
    }
}

//! An object while the provider's default tags change.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::boto::{scenarios, side_of};
use crate::case::Case;
use crate::plan::Action;
use crate::scenario::Scenario;
use crate::stand_in::StandIn;

impl Scenario {
    /// Makes the object of the first configuration, and gives the provider default tags, other ones, and none. Each time the plan
    /// must be an update in place, AWS must have the tags afterwards, and nothing must be left to do.
    ///
    /// # Panics
    /// With what does not hold.
    pub fn follow_default_tags(&self, aws: &Arc<StandIn>) {
        let case = self.case(aws);
        let first = self.first();
        let _ = case.apply(&first);
        for tags in [json!({ "cost": "1" }), json!({ "cost": "2", "stage": "test" }), json!({})] {
            let provider =
                format!("provider \"sparki\" {{\n  aws = {{\n    default_tags = {tags}\n  }}\n}}\n");
            let applied = case.apply(&format!("{provider}{first}"));
            assert_eq!(applied.plan.action(self.address()), Action::Update, "{tags}");
            let planned = applied.plan.after(self.address(), "/tags_all");
            assert_eq!(of_provider(planned), tags, "planned");
            assert_eq!(of_provider(applied.state.value(self.address(), "/tags_all")), tags, "in the state");
            assert_eq!(of_provider(&self.tags(&case, aws)), tags, "on AWS");
        }
        case.finish();
    }

    /// The tags that AWS has of the object.
    fn tags(&self, case: &Case, aws: &StandIn) -> Value {
        let folder = scenarios().join(self.kind());
        let state = case.state();
        let tags = side_of(&folder, aws).asked("tags", state.attributes(self.address()));
        serde_json::from_str(&tags).expect("the script prints JSON")
    }
}

/// Of all tags, those that come from the provider here.
fn of_provider(tags: &Value) -> Value {
    let tags = tags.as_object().expect("tags are known");
    tags.iter()
        .filter(|(key, _)| ["cost", "stage"].contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

//! What becomes of objects as they grow old.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule as WireRule,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, NoncurrentVersionTransition,
    Tag, Transition as WireTransition, TransitionStorageClass,
};
use sparki_core::Value;
use sparki_derive::{Choice, Model};

/// What becomes of objects as they grow old. Without a prefix, tags or sizes it counts for all of them.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    at_least_one_of(
        transitions,
        expiration_days,
        expired_object_delete_marker,
        noncurrent_transitions,
        noncurrent_expiration_days,
        abort_incomplete_upload_days
    ),
    conflicting(expiration_days, expired_object_delete_marker),
    requires(newer_noncurrent_versions, noncurrent_expiration_days)
)]
pub struct LifecycleRule {
    /// Whether the rule counts.
    #[attr(optional, default = true)]
    pub enabled: Value<bool>,
    /// What the keys of the objects begin with.
    #[attr(optional, validate(len(1..=1024)))]
    pub prefix: Value<String>,
    /// Tags that the objects have, all of them.
    #[attr(optional, validate(len(1..=10)))]
    pub tags: Value<BTreeMap<String, String>>,
    /// Bytes than which the objects are larger.
    #[attr(optional, validate(range(0..)))]
    pub object_size_greater_than_bytes: Value<i64>,
    /// Bytes than which the objects are smaller.
    #[attr(optional, validate(range(1..)))]
    pub object_size_less_than_bytes: Value<i64>,
    /// Cheaper storage that objects move to, in order of their age.
    #[attr(optional, validate(len(1..)))]
    pub transitions: Value<Vec<Transition>>,
    /// Days after which objects are removed; in a bucket with versions they become noncurrent.
    #[attr(optional, validate(range(1..=2_147_483_647)))]
    pub expiration_days: Value<u32>,
    /// Whether the marks of removed objects go once no version of the object is left.
    #[attr(optional)]
    pub expired_object_delete_marker: Value<bool>,
    /// Cheaper storage that versions move to once they are not current any more.
    #[attr(optional, validate(len(1..)))]
    pub noncurrent_transitions: Value<Vec<NoncurrentTransition>>,
    /// Days after which versions that are not current any more are removed for good.
    #[attr(optional, validate(range(1..=2_147_483_647)))]
    pub noncurrent_expiration_days: Value<u32>,
    /// How many of the newest versions that are not current stay all the same.
    #[attr(optional, validate(range(1..=100)))]
    pub newer_noncurrent_versions: Value<u32>,
    /// Days after which uploads in parts that nobody completed are removed.
    #[attr(optional, validate(range(1..=2_147_483_647)))]
    pub abort_incomplete_upload_days: Value<u32>,
}

/// When objects move to a cheaper storage.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Transition {
    /// Days after the object was made.
    #[attr(required, validate(range(0..=2_147_483_647)))]
    pub days: Value<u32>,
    /// Storage that they move to.
    #[attr(required)]
    pub storage_class: Value<StorageClass>,
}

/// When versions move to a cheaper storage that are not current any more.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct NoncurrentTransition {
    /// Days after the version was followed by another one.
    #[attr(required, validate(range(0..=2_147_483_647)))]
    pub days: Value<u32>,
    /// Storage that they move to.
    #[attr(required)]
    pub storage_class: Value<StorageClass>,
    /// How many of the newest of them stay where they are.
    #[attr(optional, validate(range(1..=100)))]
    pub newer_noncurrent_versions: Value<u32>,
}

/// Storage that is cheaper than the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum StorageClass {
    /// Read seldom.
    #[choice("STANDARD_IA")]
    StandardIa,
    /// Read seldom, kept in one zone.
    #[choice("ONEZONE_IA")]
    OneZoneIa,
    /// Where AWS finds out how often an object is read.
    #[choice("INTELLIGENT_TIERING")]
    IntelligentTiering,
    /// An archive that is read at once.
    #[choice("GLACIER_IR")]
    GlacierInstantRetrieval,
    /// An archive that is read within hours.
    #[choice("GLACIER")]
    Glacier,
    /// An archive that is read within a day.
    #[choice("DEEP_ARCHIVE")]
    DeepArchive,
}

impl LifecycleRule {
    pub(super) fn wire(&self, id: &str) -> WireRule {
        let is_enabled = self.enabled.known().copied().unwrap_or(true);
        let transitions = self.transitions.known().into_iter().flatten().map(|it| {
            let class = it.storage_class.known().map(|class| TransitionStorageClass::from(class.as_str()));
            WireTransition::builder().set_days(count(&it.days)).set_storage_class(class).build()
        });
        let noncurrent = self.noncurrent_transitions.known().into_iter().flatten().map(|it| {
            let class = it.storage_class.known().map(|class| TransitionStorageClass::from(class.as_str()));
            NoncurrentVersionTransition::builder()
                .set_noncurrent_days(count(&it.days))
                .set_storage_class(class)
                .set_newer_noncurrent_versions(count(&it.newer_noncurrent_versions))
                .build()
        });
        let marker = self.expired_object_delete_marker.known().copied();
        let expiration = (self.expiration_days.known().is_some() || marker.is_some()).then(|| {
            LifecycleExpiration::builder()
                .set_days(count(&self.expiration_days))
                .set_expired_object_delete_marker(marker)
                .build()
        });
        let noncurrent_expiration = count(&self.noncurrent_expiration_days).map(|days| {
            NoncurrentVersionExpiration::builder()
                .noncurrent_days(days)
                .set_newer_noncurrent_versions(count(&self.newer_noncurrent_versions))
                .build()
        });
        let abort = count(&self.abort_incomplete_upload_days)
            .map(|days| AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build());
        WireRule::builder()
            .id(id)
            .status(if is_enabled { ExpirationStatus::Enabled } else { ExpirationStatus::Disabled })
            .filter(self.filter())
            .set_transitions(some(transitions.collect()))
            .set_noncurrent_version_transitions(some(noncurrent.collect()))
            .set_expiration(expiration)
            .set_noncurrent_version_expiration(noncurrent_expiration)
            .set_abort_incomplete_multipart_upload(abort)
            .build()
            .expect("the status is set")
    }

    /// One condition stands alone, several stand together, and none is the empty prefix.
    fn filter(&self) -> LifecycleRuleFilter {
        let tags: Vec<_> =
            self.tags.known().into_iter().flatten().map(|(key, value)| tag(key, value)).collect();
        let prefix = self.prefix.known().cloned();
        let larger = self.object_size_greater_than_bytes.known().copied();
        let smaller = self.object_size_less_than_bytes.known().copied();
        let conditions = [prefix.is_some(), larger.is_some(), smaller.is_some()];
        let conditions = conditions.into_iter().filter(|is_there| *is_there).count() + tags.len();
        let filter = LifecycleRuleFilter::builder();
        match conditions {
            0 => filter.prefix("").build(),
            1 => filter
                .set_prefix(prefix)
                .set_tag(tags.into_iter().next())
                .set_object_size_greater_than(larger)
                .set_object_size_less_than(smaller)
                .build(),
            _ => {
                let and = LifecycleRuleAndOperator::builder()
                    .set_prefix(prefix)
                    .set_tags(some(tags))
                    .set_object_size_greater_than(larger)
                    .set_object_size_less_than(smaller);
                filter.and(and.build()).build()
            }
        }
    }

    pub(super) fn of(rule: &WireRule) -> Self {
        let filter = rule.filter();
        let and = filter.and_then(LifecycleRuleFilter::and);
        #[expect(deprecated, reason = "rules of old have their prefix outside of the filter")]
        let old = rule.prefix();
        let prefix = and.and_then(|and| and.prefix()).or_else(|| filter.and_then(|it| it.prefix())).or(old);
        let tags = and.map(|and| and.tags().to_vec()).unwrap_or_default();
        let tags = tags.into_iter().chain(filter.and_then(|filter| filter.tag().cloned()));
        let tags: BTreeMap<_, _> = tags.map(|tag| (tag.key, tag.value)).collect();
        let larger = and.map_or(filter.and_then(|it| it.object_size_greater_than()), |and| {
            and.object_size_greater_than()
        });
        let smaller =
            and.map_or(filter.and_then(|it| it.object_size_less_than()), |and| and.object_size_less_than());
        let transitions = rule.transitions().iter().map(|it| Transition {
            days: number(it.days()),
            storage_class: it.storage_class().and_then(|class| class.as_str().parse().ok()).into(),
        });
        let noncurrent = rule.noncurrent_version_transitions().iter().map(|it| NoncurrentTransition {
            days: number(it.noncurrent_days()),
            storage_class: it.storage_class().and_then(|class| class.as_str().parse().ok()).into(),
            newer_noncurrent_versions: number(it.newer_noncurrent_versions()),
        });
        let expiration = rule.expiration();
        let days = number(expiration.and_then(|it| it.days()));
        // Beside a number of days AWS knows no other value than false.
        let marker = expiration.and_then(|it| it.expired_object_delete_marker()).filter(|_| days.is_null());
        let leaving = rule.noncurrent_version_expiration();
        Self {
            enabled: (*rule.status() == ExpirationStatus::Enabled).into(),
            prefix: prefix.filter(|prefix| !prefix.is_empty()).map(str::to_owned).into(),
            tags: (!tags.is_empty()).then_some(tags).into(),
            object_size_greater_than_bytes: larger.into(),
            object_size_less_than_bytes: smaller.into(),
            transitions: some(transitions.collect()).into(),
            expiration_days: days,
            expired_object_delete_marker: marker.into(),
            noncurrent_transitions: some(noncurrent.collect()).into(),
            noncurrent_expiration_days: number(leaving.and_then(|it| it.noncurrent_days())),
            newer_noncurrent_versions: number(leaving.and_then(|it| it.newer_noncurrent_versions())),
            abort_incomplete_upload_days: number(
                rule.abort_incomplete_multipart_upload().and_then(|it| it.days_after_initiation()),
            ),
        }
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().expect("key and value are set")
}

/// The wire counts in signed numbers. The validators allow no larger ones than fit.
fn count(number: &Value<u32>) -> Option<i32> {
    number.known().and_then(|number| i32::try_from(*number).ok())
}

fn number(count: Option<i32>) -> Value<u32> {
    count.and_then(|count| u32::try_from(count).ok()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: LifecycleRule) {
        let rule = LifecycleRule { enabled: true.into(), ..rule };
        assert_eq!(LifecycleRule::of(&rule.wire("old")), rule);
    }

    #[test]
    fn a_rule_comes_back_as_it_was_sent() {
        let tags = || BTreeMap::from([("tier".to_owned(), "cold".to_owned())]);
        check(LifecycleRule::new().expiration_days(30));
        check(LifecycleRule::new().expired_object_delete_marker(true));
        check(LifecycleRule::new().prefix("logs/").abort_incomplete_upload_days(7));
        check(LifecycleRule::new().tags(tags()).expiration_days(1));
        check(LifecycleRule::new().object_size_greater_than_bytes(0).expiration_days(1));
        check(
            LifecycleRule::new()
                .prefix("logs/")
                .tags(tags())
                .object_size_less_than_bytes(5_000_000_000_000_i64)
                .noncurrent_expiration_days(90)
                .newer_noncurrent_versions(5)
                .transitions(vec![Transition::new(30, StorageClass::StandardIa)])
                .noncurrent_transitions(vec![
                    NoncurrentTransition::new(7, StorageClass::Glacier).newer_noncurrent_versions(2),
                ]),
        );
    }

    #[test]
    fn a_rule_without_conditions_is_for_every_object() {
        let rule = LifecycleRule::new().expiration_days(1).wire("all");
        assert_eq!(rule.filter().and_then(|filter| filter.prefix()), Some(""));
    }
}

//! How the table for Terraform's locks is to be set up, and how it is. Pure.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    BillingMode, ContinuousBackupsDescription, KeyType, PointInTimeRecoveryStatus, SseSpecification,
    SseStatus, SseType, TableDescription,
};

use super::StateBackendModel;

/// What Terraform calls the key of a lock.
pub(super) const KEY: &str = "LockID";

/// A table for locks.
#[derive(Clone, Debug)]
pub(super) struct LockTable {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) setup: Setup,
    pub(super) tags: HashMap<String, String>,
}

/// How a table is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setup {
    /// Whether Terraform finds its locks in it.
    pub(super) has_key: bool,
    /// Whether it is paid for by request, and so never too small.
    pub(super) is_on_demand: bool,
    /// Whether what was in it at any time can be had back.
    pub(super) is_recoverable: bool,
    /// ARN of the KMS key that encrypts it; DynamoDB's own does if there is none.
    pub(super) kms_key_arn: Option<String>,
    /// Whether AWS refuses to remove it.
    pub(super) is_protected: bool,
}

impl Setup {
    /// How the table of a state backend is to be set up.
    pub(super) fn wanted(backend: &StateBackendModel) -> Self {
        Self {
            has_key: true,
            is_on_demand: true,
            is_recoverable: true,
            kms_key_arn: backend.kms_key_arn.known().cloned(),
            is_protected: backend.deletion_protection.known() == Some(&true),
        }
    }

    /// How a table is set up, as AWS describes it.
    pub(super) fn of(table: &TableDescription, backups: Option<&ContinuousBackupsDescription>) -> Self {
        let has_key = match table.key_schema() {
            [only] => only.attribute_name() == KEY && *only.key_type() == KeyType::Hash,
            [] | [_, _, ..] => false,
        };
        let billing = table.billing_mode_summary().and_then(|billing| billing.billing_mode());
        let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description());
        let recovery = recovery.and_then(|recovery| recovery.point_in_time_recovery_status());
        let encryption = table.sse_description().filter(|encryption| {
            let is_on = matches!(
                encryption.status(),
                Some(SseStatus::Enabled | SseStatus::Enabling | SseStatus::Updating)
            );
            is_on && encryption.sse_type() == Some(&SseType::Kms)
        });
        Self {
            has_key,
            is_on_demand: billing == Some(&BillingMode::PayPerRequest),
            is_recoverable: recovery == Some(&PointInTimeRecoveryStatus::Enabled),
            kms_key_arn: encryption.and_then(|it| it.kms_master_key_arn()).map(str::to_owned),
            is_protected: table.deletion_protection_enabled() == Some(true),
        }
    }

    /// Whether a table that is set up so is as it is wanted.
    pub(super) fn is_like(&self, wanted: &Self) -> bool {
        let with_its_key = Self { kms_key_arn: wanted.kms_key_arn.clone(), ..self.clone() };
        with_its_key == *wanted && self.has_key_of(wanted)
    }

    /// Whether the wanted key encrypts the table. AWS tells the key itself where an alias was given.
    pub(super) fn has_key_of(&self, wanted: &Self) -> bool {
        match (&self.kms_key_arn, &wanted.kms_key_arn) {
            (Some(_), Some(wanted)) if wanted.contains(":alias/") => true,
            (there, wanted) => there == wanted,
        }
    }

    /// What DynamoDB is told about the key.
    pub(super) fn encryption(&self) -> SseSpecification {
        let specification = SseSpecification::builder().enabled(self.kms_key_arn.is_some());
        match &self.kms_key_arn {
            Some(arn) => specification.sse_type(SseType::Kms).kms_master_key_id(arn).build(),
            None => specification.build(),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::{
        BillingModeSummary, ContinuousBackupsStatus, KeySchemaElement, PointInTimeRecoveryDescription,
        SseDescription,
    };

    use super::*;

    const KMS: &str = "arn:aws:kms:us-west-2:123456789012:key/1";

    fn backend() -> StateBackendModel {
        StateBackendModel::new("states").lock_table("locks").kms_key_arn(KMS).deletion_protection(true)
    }

    fn table(keys: &[&str]) -> TableDescription {
        let key =
            |name: &&str| KeySchemaElement::builder().attribute_name(*name).key_type(KeyType::Hash).build();
        TableDescription::builder()
            .set_key_schema(Some(keys.iter().map(|name| key(name).unwrap()).collect()))
            .billing_mode_summary(
                BillingModeSummary::builder().billing_mode(BillingMode::PayPerRequest).build(),
            )
            .sse_description(
                SseDescription::builder()
                    .status(SseStatus::Enabled)
                    .sse_type(SseType::Kms)
                    .kms_master_key_arn(KMS)
                    .build(),
            )
            .deletion_protection_enabled(true)
            .build()
    }

    fn backups(status: PointInTimeRecoveryStatus) -> ContinuousBackupsDescription {
        let recovery = PointInTimeRecoveryDescription::builder().point_in_time_recovery_status(status);
        ContinuousBackupsDescription::builder()
            .continuous_backups_status(ContinuousBackupsStatus::Enabled)
            .point_in_time_recovery_description(recovery.build())
            .build()
            .unwrap()
    }

    #[test]
    fn a_table_is_as_wanted_only_in_all_it_has_to_be() {
        let on = backups(PointInTimeRecoveryStatus::Enabled);
        let wanted = Setup::wanted(&backend());
        let check = |table: &TableDescription, backups: &ContinuousBackupsDescription| {
            Setup::of(table, Some(backups)).is_like(&wanted)
        };
        assert!(check(&table(&[KEY]), &on));
        assert!(!check(&table(&["Id"]), &on));
        assert!(!check(&table(&[KEY, "Range"]), &on));
        assert!(!check(&table(&[KEY]), &backups(PointInTimeRecoveryStatus::Disabled)));
        let with = |change: fn(&mut TableDescription)| {
            let mut table = table(&[KEY]);
            change(&mut table);
            check(&table, &on)
        };
        assert!(!with(|table| table.billing_mode_summary = None));
        assert!(!with(|table| table.sse_description = None));
        assert!(!with(|table| table.deletion_protection_enabled = Some(false)));
    }

    #[test]
    fn a_key_that_was_given_by_an_alias_is_any_key() {
        let found = Setup::of(&table(&[KEY]), Some(&backups(PointInTimeRecoveryStatus::Enabled)));
        let check = |arn: &str| found.is_like(&Setup::wanted(&backend().kms_key_arn(arn)));
        assert!(check("arn:aws:kms:us-west-2:123456789012:alias/states"));
        assert!(!check("arn:aws:kms:us-west-2:123456789012:key/2"));
    }

    #[test]
    fn a_table_without_a_key_is_encrypted_by_dynamodb_itself() {
        let told = |setup: Setup| {
            let told = setup.encryption();
            (told.enabled(), told.kms_master_key_id().map(str::to_owned))
        };
        let wanted = Setup::wanted(&backend());
        assert_eq!(told(wanted.clone()), (Some(true), Some(KMS.to_owned())));
        assert_eq!(told(Setup { kms_key_arn: None, ..wanted }), (Some(false), None));
    }
}

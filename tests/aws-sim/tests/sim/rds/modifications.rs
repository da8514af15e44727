use super::requests::{check_status, described, have_main, have_replica};
use crate::stand_in::{Answer, StandIn, with_stand_in};

async fn modify(aws: &StandIn, name: &str, parameters: &[(&str, &str)]) -> Answer {
    let all: Vec<_> =
        [("DBInstanceIdentifier", name)].into_iter().chain(parameters.iter().copied()).collect();
    aws.query("rds", "ModifyDBInstance", &all).await
}

async fn check_refused(aws: &StandIn, name: &str, parameters: &[(&str, &str)], code: &str) {
    let all: Vec<_> =
        [("DBInstanceIdentifier", name)].into_iter().chain(parameters.iter().copied()).collect();
    aws.query_refuses("rds", ("ModifyDBInstance", &all), code).await;
}

/// What waits, as XML.
async fn waiting(aws: &StandIn) -> String {
    described(aws, "main").await.element("PendingModifiedValues").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_change_is_applied_immediately_if_that_is_asked_for_and_not_at_once() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let change = [("DBInstanceClass", "db.r6i.xlarge"), ("ApplyImmediately", "true")];
        let answer = modify(aws, "main", &change).await;
        assert_eq!(answer.element("DBInstanceStatus"), Some("available"), "AWS has not begun yet");
        assert_eq!(waiting(aws).await, "<DBInstanceClass>db.r6i.xlarge</DBInstanceClass>");
        aws.advance(10).await;
        check_status(aws, "main", "modifying").await;
        check_refused(aws, "main", &change, "InvalidDBInstanceState").await;
        aws.advance(600).await;
        check_status(aws, "main", "available").await;
        assert_eq!(waiting(aws).await, "");
        assert_eq!(described(aws, "main").await.element("DBInstanceClass"), Some("db.r6i.xlarge"));
    })
    .await;
}

#[tokio::test]
async fn a_change_waits_for_the_maintenance_window_otherwise() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(
            aws,
            "main",
            &[("DBInstanceClass", "db.r6i.xlarge"), ("PreferredMaintenanceWindow", "fri:02:00-fri:03:00")],
        )
        .await;
        aws.advance(24 * 3600).await;
        assert_eq!(waiting(aws).await, "<DBInstanceClass>db.r6i.xlarge</DBInstanceClass>");
        check_status(aws, "main", "available").await;
        aws.advance(2 * 3600).await;
        check_status(aws, "main", "available").await;
        assert_eq!(waiting(aws).await, "");
    })
    .await;
}

#[tokio::test]
async fn what_waits_goes_along_with_what_is_applied_immediately() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(aws, "main", &[("DBInstanceClass", "db.r6i.xlarge")]).await;
        modify(aws, "main", &[("MultiAZ", "false"), ("ApplyImmediately", "true")]).await;
        aws.advance(1000).await;
        let after = described(aws, "main").await;
        assert_eq!(
            (after.element("DBInstanceClass"), after.element("MultiAZ")),
            (Some("db.r6i.xlarge"), Some("false"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_outlasts_a_reboot_that_comes_first() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(aws, "main", &[("DBInstanceClass", "db.r6i.xlarge"), ("ApplyImmediately", "true")]).await;
        aws.query("rds", "RebootDBInstance", &[("DBInstanceIdentifier", "main")]).await;
        aws.advance(30).await;
        check_status(aws, "main", "rebooting").await;
        aws.advance(50).await;
        check_status(aws, "main", "modifying").await;
        aws.finish().await;
        assert_eq!(described(aws, "main").await.element("DBInstanceClass"), Some("db.r6i.xlarge"));
        assert_eq!(waiting(aws).await, "");
    })
    .await;
}

#[tokio::test]
async fn a_change_that_another_has_taken_along_is_not_begun_again() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(aws, "main", &[("DBInstanceClass", "db.r6i.xlarge"), ("ApplyImmediately", "true")]).await;
        aws.advance(5).await;
        modify(aws, "main", &[("MultiAZ", "false"), ("ApplyImmediately", "true")]).await;
        aws.advance(605).await;
        check_status(aws, "main", "available").await;
        modify(aws, "main", &[("DBInstanceClass", "db.r6i.2xlarge")]).await;
        aws.advance(60).await;
        check_status(aws, "main", "available").await;
        assert_eq!(waiting(aws).await, "<DBInstanceClass>db.r6i.2xlarge</DBInstanceClass>");
    })
    .await;
}

#[tokio::test]
async fn some_changes_never_wait() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let changed =
            modify(aws, "main", &[("DeletionProtection", "true"), ("BackupRetentionPeriod", "30")]).await;
        assert_eq!(changed.element("DeletionProtection"), Some("true"));
        assert_eq!(changed.element("BackupRetentionPeriod"), Some("30"));
        assert_eq!(waiting(aws).await, "");
    })
    .await;
}

#[tokio::test]
async fn storage_grows_and_is_then_left_alone_for_a_while() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        check_refused(aws, "main", &[("AllocatedStorage", "50")], "InvalidParameterValue").await;
        modify(aws, "main", &[("AllocatedStorage", "200"), ("ApplyImmediately", "true")]).await;
        aws.advance(190).await;
        check_status(aws, "main", "storage-optimization").await;
        assert_eq!(described(aws, "main").await.element("AllocatedStorage"), Some("200"));
        check_refused(aws, "main", &[("AllocatedStorage", "300")], "InvalidParameterCombination").await;
        aws.advance(600).await;
        check_status(aws, "main", "available").await;
    })
    .await;
}

#[tokio::test]
async fn versions_go_forward_and_major_ones_are_spoken_of() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        for version in ["14.19", "15.99"] {
            check_refused(aws, "main", &[("EngineVersion", version)], "InvalidParameterCombination").await;
        }
        check_refused(aws, "main", &[("EngineVersion", "16.8")], "InvalidParameterCombination").await;
        let major =
            [("EngineVersion", "16.8"), ("AllowMajorVersionUpgrade", "true"), ("ApplyImmediately", "true")];
        modify(aws, "main", &major).await;
        aws.advance(10).await;
        check_status(aws, "main", "upgrading").await;
        aws.advance(1500).await;
        let after = described(aws, "main").await;
        assert_eq!(after.element("EngineVersion"), Some("16.8"));
        assert_eq!(after.element("DBParameterGroupName"), Some("default.postgres16"));
    })
    .await;
}

#[tokio::test]
async fn a_minor_version_goes_to_replicas_first() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica(aws, "reader", "main").await;
        let minor = [("EngineVersion", "15.13"), ("ApplyImmediately", "true")];
        check_refused(aws, "main", &minor, "DBUpgradeDependencyFailure").await;
        modify(aws, "reader", &minor).await;
        aws.advance(1000).await;
        modify(aws, "main", &minor).await;
        aws.advance(1000).await;
        assert_eq!(described(aws, "main").await.element("EngineVersion"), Some("15.13"));
    })
    .await;
}

#[tokio::test]
async fn a_major_version_takes_the_replicas_of_the_region_along() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica(aws, "reader", "main").await;
        let major =
            [("EngineVersion", "16.8"), ("AllowMajorVersionUpgrade", "true"), ("ApplyImmediately", "true")];
        check_refused(aws, "reader", &major, "InvalidParameterCombination").await;
        modify(aws, "main", &major).await;
        aws.advance(2000).await;
        assert_eq!(described(aws, "reader").await.element("EngineVersion"), Some("16.8"));
    })
    .await;
}

use super::requests::{described, main_with};
use crate::stand_in::{StandIn, with_stand_in};

async fn have_user(aws: &StandIn, id: &str, name: &str) {
    let parameters = [
        ("UserId", id),
        ("UserName", name),
        ("Engine", "redis"),
        ("AccessString", "on ~* +@all"),
        ("Passwords.member.1", "a password that is long"),
    ];
    let made = aws.query("elasticache", "CreateUser", &parameters).await;
    assert_eq!((made.element("Status"), made.element("PasswordCount")), (Some("creating"), Some("1")));
    aws.advance(30).await;
}

async fn have_user_group(aws: &StandIn) {
    have_user(aws, "app", "app").await;
    let parameters = [
        ("UserGroupId", "team"),
        ("Engine", "redis"),
        ("UserIds.member.1", "default"),
        ("UserIds.member.2", "app"),
    ];
    aws.query("elasticache", "CreateUserGroup", &parameters).await;
    aws.advance(30).await;
}

#[tokio::test]
async fn a_user_lives_and_its_password_is_not_answered() {
    with_stand_in(async |aws| {
        have_user(aws, "app", "app").await;
        let found = aws.query("elasticache", "DescribeUsers", &[("UserId", "app")]).await;
        assert_eq!(found.element("Status"), Some("active"));
        assert!(!found.text.contains("a password that is long"));
        let change = [("UserId", "app"), ("AccessString", "on ~app:* +@read")];
        aws.query("elasticache", "ModifyUser", &change).await;
        aws.query_refuses("elasticache", ("DeleteUser", &change[..1]), "InvalidUserState").await;
        aws.advance(30).await;
        aws.query("elasticache", "DeleteUser", &change[..1]).await;
        aws.advance(30).await;
        aws.query_refuses("elasticache", ("DescribeUsers", &change[..1]), "UserNotFound").await;
    })
    .await;
}

#[tokio::test]
async fn a_group_of_redis_users_has_a_default_one_and_each_name_once() {
    with_stand_in(async |aws| {
        have_user(aws, "app", "app").await;
        have_user(aws, "twin", "app").await;
        let without = [("UserGroupId", "team"), ("Engine", "redis"), ("UserIds.member.1", "app")];
        aws.query_refuses("elasticache", ("CreateUserGroup", &without), "DefaultUserRequired").await;
        let twice = [
            ("UserGroupId", "team"),
            ("Engine", "redis"),
            ("UserIds.member.1", "default"),
            ("UserIds.member.2", "app"),
            ("UserIds.member.3", "twin"),
        ];
        aws.query_refuses("elasticache", ("CreateUserGroup", &twice), "DuplicateUserName").await;
    })
    .await;
}

#[tokio::test]
async fn a_user_group_in_use_is_not_deleted() {
    with_stand_in(async |aws| {
        have_user_group(aws).await;
        let request = main_with(&[("TransitEncryptionEnabled", "true"), ("UserGroupIds.member.1", "team")]);
        aws.query("elasticache", "CreateReplicationGroup", &request).await;
        aws.finish().await;
        let team = [("UserGroupId", "team")];
        aws.query_refuses("elasticache", ("DeleteUserGroup", &team), "InvalidUserGroupState").await;
        let found = aws.query("elasticache", "DescribeUserGroups", &team).await;
        assert_eq!(found.element("ReplicationGroups"), Some("<member>main</member>"));
        let remove = [("ReplicationGroupId", "main"), ("UserGroupIdsToRemove.member.1", "team")];
        aws.query("elasticache", "ModifyReplicationGroup", &remove).await;
        aws.finish().await;
        assert_eq!(described(aws, "main").await.element("UserGroupIds"), Some(""));
        aws.query("elasticache", "DeleteUserGroup", &team).await;
    })
    .await;
}

#[tokio::test]
async fn users_join_and_leave_a_group() {
    with_stand_in(async |aws| {
        have_user_group(aws).await;
        have_user(aws, "worker", "worker").await;
        let change = [
            ("UserGroupId", "team"),
            ("UserIdsToAdd.member.1", "worker"),
            ("UserIdsToRemove.member.1", "app"),
        ];
        let changing = aws.query("elasticache", "ModifyUserGroup", &change).await;
        assert_eq!(changing.element("Status"), Some("modifying"));
        aws.advance(30).await;
        let found = aws.query("elasticache", "DescribeUserGroups", &[("UserGroupId", "team")]).await;
        assert_eq!(found.element("UserIds"), Some("<member>default</member><member>worker</member>"));
        let worker = aws.query("elasticache", "DescribeUsers", &[("UserId", "worker")]).await;
        assert_eq!(worker.element("UserGroupIds"), Some("<member>team</member>"));
    })
    .await;
}

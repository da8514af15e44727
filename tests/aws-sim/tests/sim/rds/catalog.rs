use crate::stand_in::with_stand_in;

#[tokio::test]
async fn versions_say_what_they_can_become() {
    with_stand_in(async |aws| {
        let wanted = [("Engine", "postgres"), ("EngineVersion", "15.12")];
        let found = aws.query("rds", "DescribeDBEngineVersions", &wanted).await;
        assert_eq!(found.element("DBParameterGroupFamily"), Some("postgres15"));
        let targets = found.element("ValidUpgradeTarget").unwrap();
        assert!(
            targets.contains("15.13") && targets.contains("16.8") && !targets.contains("14.19"),
            "{targets}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_default_of_a_major_version_is_its_newest() {
    with_stand_in(async |aws| {
        let wanted = [("Engine", "postgres"), ("EngineVersion", "15"), ("DefaultOnly", "true")];
        let found = aws.query("rds", "DescribeDBEngineVersions", &wanted).await;
        let described = found.element("DBEngineVersions").unwrap();
        assert!(
            described.contains("<DBEngineVersionDescription>PostgreSQL 15.14</DBEngineVersionDescription>")
        );
    })
    .await;
}

#[tokio::test]
async fn options_come_in_pages_and_none_twice() {
    with_stand_in(async |aws| {
        let mut marker = String::new();
        let mut count = 0;
        loop {
            let wanted = [
                ("Engine", "postgres"),
                ("EngineVersion", "15.12"),
                ("MaxRecords", "20"),
                ("Marker", &marker),
            ];
            let page = aws.query("rds", "DescribeOrderableDBInstanceOptions", &wanted).await;
            count += page.elements("DBInstanceClass").len();
            match page.element("Marker") {
                Some(next) => marker = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(count, 14 * 3);
    })
    .await;
}

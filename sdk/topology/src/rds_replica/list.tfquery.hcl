list "sparki_rds_replica" "all" {
  provider = sparki

  config {
    region = "eu-west-1"
  }
}

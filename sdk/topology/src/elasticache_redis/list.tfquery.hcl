list "sparki_elasticache_redis" "all" {
  provider = sparki

  config {
    region = "eu-west-1"
  }
}

list "sparki_secretsmanager_secret" "shop" {
  provider = sparki

  config {
    region      = "us-east-1"
    name_prefix = "shop/"
  }
}

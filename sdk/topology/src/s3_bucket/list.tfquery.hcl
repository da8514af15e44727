list "sparki_s3_bucket" "logs" {
  provider = sparki

  config {
    region      = "us-east-1"
    name_prefix = "acme-"
  }
}

list "sparki_kms_key" "east" {
  provider = sparki

  config {
    region = "us-east-1"
  }
}

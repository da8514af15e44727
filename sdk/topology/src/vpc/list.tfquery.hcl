list "sparki_vpc" "main" {
  provider = sparki

  config {
    region = "us-east-1"
    name   = "main"
  }
}

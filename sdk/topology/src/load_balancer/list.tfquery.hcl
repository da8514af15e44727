list "sparki_load_balancer" "all" {
  provider = sparki

  config {
    region = "us-east-1"
  }
}

list "sparki_state_backend" "states" {
  provider = sparki

  config {
    region = "us-west-2"
  }
}

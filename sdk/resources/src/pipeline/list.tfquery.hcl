list "sparki_pipeline" "web" {
  provider = sparki

  config {
    project = "acme/web"
  }
}

# Every pipeline called "ci", with everything that is known of each.
list "sparki_pipeline" "ci" {
  provider         = sparki
  include_resource = true

  config {
    name = "ci"
  }
}

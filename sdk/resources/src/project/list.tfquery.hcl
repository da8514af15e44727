list "sparki_project" "acme" {
  provider = sparki

  config {
    workspace = "acme"
  }
}

# The first ten with a label, with everything that is known of each.
list "sparki_project" "edge" {
  provider         = sparki
  include_resource = true
  limit            = 10

  config {
    labels = { team = "edge" }
  }
}

list "sparki_environment" "web" {
  provider = sparki

  config {
    project = "acme/web"
  }
}

# The production environment of every project.
list "sparki_environment" "production" {
  provider = sparki

  config {
    slug = "production"
  }
}

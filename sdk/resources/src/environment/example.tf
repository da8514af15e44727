data "sparki_project" "web" {
  path = "acme/web"
}

resource "sparki_environment" "staging" {
  project_id = data.sparki_project.web.id
  name       = "Staging"
  slug       = "staging"
  tier       = "staging"
}

# Releases reach production from staging only, and nobody can deploy during the holidays.
resource "sparki_environment" "production" {
  project_id       = data.sparki_project.web.id
  name             = "Production"
  slug             = "production"
  tier             = "production"
  promotes_from    = [sparki_environment.staging.id]
  allowed_branches = ["main", "release/*"]

  locked = {
    reason = "Change freeze over the holidays."
    until  = "2027-01-04T08:00:00Z"
  }
}

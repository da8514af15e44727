locals {
  # { host = "github.com", owner = "acme", repository = "web", path = "acme/web" }
  origin = provider::sparki::parse_git_url("git@github.com:acme/web.git")
}

resource "sparki_project" "web" {
  name    = local.origin.repository
  git_url = "https://${local.origin.host}/${local.origin.path}"
}

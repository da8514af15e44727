data "sparki_workspace" "acme" {
  path = "acme"
}

resource "sparki_project" "web" {
  workspace_id   = data.sparki_workspace.acme.id
  name           = "Web"
  slug           = "web"
  git_url        = "https://github.com/acme/web"
  root_directory = "apps/web"
  visibility     = "internal"

  build_settings = {
    install_command  = "npm ci"
    build_command    = "npm run build"
    output_directory = "dist"
  }

  deletion_protection = true
}

# The framework and the language of this one are given instead of detected.
resource "sparki_project" "worker" {
  workspace_id = data.sparki_workspace.acme.id
  name         = "Worker"
  git_url      = "git@github.com:acme/worker.git"
  framework    = "axum"
  language     = "rust"
  detection    = "off"
}

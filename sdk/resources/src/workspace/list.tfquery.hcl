list "sparki_workspace" "all" {
  provider = sparki
}

# The workspaces of one team, with everything that is known of each.
list "sparki_workspace" "platform" {
  provider         = sparki
  include_resource = true

  config {
    labels = { team = "platform" }
  }
}

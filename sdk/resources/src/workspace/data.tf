data "sparki_workspace" "acme" {
  path = "acme"
}

output "workspace_owner" {
  value = data.sparki_workspace.acme.owner_id
}

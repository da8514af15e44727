locals {
  granted = ["environment:*", "pipeline:read"]
}

# true
output "may_lock" {
  value = provider::sparki::permission_match("environment:update", local.granted...)
}

# false
output "may_build" {
  value = provider::sparki::permission_match("pipeline:create", local.granted...)
}

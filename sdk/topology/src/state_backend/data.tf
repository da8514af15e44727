data "sparki_state_backend" "states" {
  path = "us-west-2/acme-states"
}

output "backend_config" {
  value = data.sparki_state_backend.states.backend_config
}

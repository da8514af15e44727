resource "sparki_state_backend" "states" {
  region = "us-west-2"
  name   = "acme-states"

  replica = {
    region = "us-east-1"
    name   = "acme-states-replica"
  }
}

output "backend_config" {
  value = sparki_state_backend.states.backend_config
}

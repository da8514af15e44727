import {
  to = sparki_state_backend.states
  identity = {
    account_id = "123456789012"
    region     = "us-west-2"
    name       = "acme-states"
  }
}

# Region and name.
terraform import sparki_state_backend.states us-west-2/acme-states

# The name, in the provider's region.
terraform import sparki_state_backend.states acme-states

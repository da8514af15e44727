resource "sparki_workspace" "acme" {
  name           = "Acme"
  slug           = "acme"
  description    = "Everything that Acme builds and ships."
  default_region = "eu-central-1"
  data_residency = ["eu-central-1", "eu-west-1"]

  security = {
    mfa_required        = true
    session_ttl_seconds = 28800
    allowed_cidrs       = ["203.0.113.0/24"]
  }

  retention = {
    builds_days = 180
    audit_days  = 730
  }

  promotion_policy = {
    min_approvals        = 1
    separation_of_duties = true
  }

  labels = {
    owner = "platform"
  }
}

provider "sparki" {
  client_id     = "sa_01jd9c"
  client_secret = var.client_secret
}

variable "client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# For this run only.
ephemeral "sparki_access_token" "ci" {}

# Another provider that talks to the same control plane.
provider "restapi" {
  uri     = "https://api.sparki.io/api/v1"
  headers = { Authorization = "Bearer ${ephemeral.sparki_access_token.ci.token}" }
}

variable "client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# The service account of the pipeline.
provider "sparki" {
  alias         = "account"
  client_id     = "sa_01jd9c"
  client_secret = var.client_secret
}

# For this run only.
ephemeral "sparki_access_token" "ci" {
  provider = sparki.account
}

# What is given the token, here another instance of the provider, never sees the secret of the account.
provider "sparki" {
  token = ephemeral.sparki_access_token.ci.token
}

data "sparki_workspace" "acme" {
  path = "acme"
}

terraform {
  required_version = ">= 1.11"

  required_providers {
    sparki = {
      source  = "sparki-io/sparki"
      version = "~> 0.1"
    }
  }
}

# Credentials come from the environment: SPARKI_API_KEY, and AWS's own variables.
provider "sparki" {
  workspace = "acme"

  aws = {
    region              = "us-east-1"
    allowed_account_ids = ["123456789012"]

    default_tags = {
      team = "platform"
    }
  }
}

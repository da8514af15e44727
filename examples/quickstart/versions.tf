terraform {
  required_version = ">= 1.11"

  required_providers {
    sparki = {
      source  = "sparki-io/sparki"
      version = "~> 0.1"
    }
  }
}

# Where Sparki and AWS are, and who asks, comes from the environment:
# SPARKI_ENDPOINT, SPARKI_API_KEY, AWS_REGION and the usual AWS credentials.
provider "sparki" {}

resource "sparki_cloudfront_distribution" "it" {
  wait_for_deployment = false

  origins = {
    api = {
      domain_name = "api.example.com"
      custom      = {}
    }
    pages = {
      domain_name     = "acme-pages.s3.us-east-1.amazonaws.com"
      request_signing = "no-override"
    }
    signed = {
      domain_name = "acme-signed.s3.us-east-1.amazonaws.com"
    }
  }

  origin_groups = {
    either = {
      primary   = "pages"
      secondary = "signed"
    }
    other = {
      primary      = "api"
      secondary    = "pages"
      status_codes = [500]
    }
  }

  default_behavior = {
    origin = "api"
  }

  ordered_behaviors = [
    {
      path_pattern = "/static/*"
      behavior     = { origin = "other" }
    },
  ]
}

resource "sparki_cloudfront_distribution" "shop" {
  aliases             = ["www.example.com"]
  certificate_arn     = aws_acm_certificate.shop.arn
  default_root_object = "index.html"
  price_class         = "PriceClass_100"

  origins = {
    pages = {
      domain_name     = sparki_s3_bucket.pages.regional_domain_name
      request_signing = "always"
    }
    standby = {
      domain_name     = sparki_s3_bucket.standby.regional_domain_name
      request_signing = "always"
    }
    api = {
      domain_name = "api.example.com"
      custom      = {}
    }
  }

  origin_groups = {
    either = {
      primary   = "pages"
      secondary = "standby"
    }
  }

  default_behavior = {
    origin = "either"
  }

  ordered_behaviors = [
    {
      path_pattern = "/api/*"
      behavior = {
        origin          = "api"
        allowed_methods = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
        # AWS's Managed-CachingDisabled.
        cache_policy_id = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
      }
    },
  ]

  error_responses = {
    "404" = { response_code = 200, page_path = "/index.html" }
  }
}

variable "certificate_arns" {
  type = list(string)
}

resource "sparki_cloudfront_distribution" "it" {
  comment             = "shop"
  aliases             = ["shop.example.com", "www.example.com"]
  certificate_arn     = var.certificate_arns[1]
  minimum_tls_version = "TLSv1.2_2019"
  default_root_object = "index.html"
  price_class         = "PriceClass_100"
  http_version        = "http2"
  ipv6                = false
  web_acl_arn         = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1"
  wait_for_deployment = false

  origins = {
    api = {
      domain_name                = "api2.example.com"
      path                       = "/v1"
      headers                    = { "x-from" = "cdn" }
      shield_region              = "us-east-1"
      connection_attempts        = 2
      connection_timeout_seconds = 5
      custom = {
        protocol_policy           = "match-viewer"
        http_port                 = 8080
        https_port                = 8443
        ssl_protocols             = ["TLSv1.1", "TLSv1.2"]
        read_timeout_seconds      = 60
        keepalive_timeout_seconds = 10
      }
    }
    other = {
      domain_name = "other.example.com"
      custom      = {}
    }
    pages = {
      domain_name              = "acme-pages.s3.us-east-1.amazonaws.com"
      origin_access_control_id = "E3QWRUHAPOMQZL"
    }
    signed = {
      domain_name     = "acme-signed.s3.us-east-1.amazonaws.com"
      request_signing = "always"
    }
  }

  origin_groups = {
    either = {
      primary      = "signed"
      secondary    = "pages"
      status_codes = [403, 404, 503]
    }
  }

  default_behavior = {
    origin                     = "other"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD", "OPTIONS"]
    cache_policy_id            = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    compress                   = false
    origin_request_policy_id   = "216adef6-5c7f-47e4-b989-5492eafa07d3"
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
  }

  ordered_behaviors = [
    {
      path_pattern = "/api/*"
      behavior = {
        origin                     = "api"
        allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
        cache_policy_id            = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        origin_request_policy_id   = "216adef6-5c7f-47e4-b989-5492eafa07d3"
        response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
      }
    },
  ]

  error_responses = {
    "404" = { response_code = 404, page_path = "/missing.html", caching_min_ttl_seconds = 30 }
  }

  logging = {
    bucket          = "acme-logs.s3.amazonaws.com"
    prefix          = "cdn/"
    include_cookies = true
  }

  geo_restriction = {
    type      = "whitelist"
    locations = ["CH", "DE"]
  }

  tags = {
    team = "core"
  }
}

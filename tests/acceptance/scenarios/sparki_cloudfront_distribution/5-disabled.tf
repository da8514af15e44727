resource "sparki_cloudfront_distribution" "it" {
  enabled             = false
  wait_for_deployment = false

  origins = {
    api = {
      domain_name = "api.example.com"
      custom      = {}
    }
  }

  default_behavior = {
    origin = "api"
  }

  tags = {
    stage = "test"
  }
}

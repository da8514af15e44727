resource "sparki_cloudfront_distribution" "it" {
  origins = {
    api = {
      domain_name = "api.example.com"
      custom      = {}
    }
  }

  default_behavior = {
    origin = "api"
  }
}

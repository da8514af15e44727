list "sparki_cloudfront_distribution" "shop" {
  provider = sparki

  config {
    alias = "www.example.com"
  }
}

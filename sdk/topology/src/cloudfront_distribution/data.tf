data "sparki_cloudfront_distribution" "shop" {
  id = "EDFDVBD6EXAMPLE"
}

output "shop_domain_name" {
  value = data.sparki_cloudfront_distribution.shop.domain_name
}

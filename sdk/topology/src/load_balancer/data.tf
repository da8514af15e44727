data "sparki_load_balancer" "shop" {
  path = "us-east-1/shop"
}

output "shop_dns_name" {
  value = data.sparki_load_balancer.shop.dns_name
}

import {
  to = sparki_load_balancer.shop
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    name       = "shop"
  }
}

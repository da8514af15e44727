import {
  to = sparki_cloudfront_distribution.shop
  identity = {
    account_id = "123456789012"
    id         = "EDFDVBD6EXAMPLE"
  }
}

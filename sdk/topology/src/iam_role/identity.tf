import {
  to = sparki_iam_role.shop
  identity = {
    account_id = "123456789012"
    name       = "shop"
  }
}

import {
  to = sparki_secretsmanager_secret.database
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    name       = "shop/database"
  }
}

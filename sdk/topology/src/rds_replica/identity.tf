import {
  to = sparki_rds_replica.reader
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    identifier = "shop-reader"
  }
}

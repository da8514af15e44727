import {
  to = sparki_s3_bucket.logs
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    name       = "acme-logs"
  }
}

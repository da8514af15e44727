resource "sparki_s3_bucket" "logs" {
  name        = "acme-logs"
  kms_key_arn = aws_kms_key.logs.arn

  lifecycle_rules = {
    archive = {
      prefix          = "access/"
      transitions     = [{ days = 30, storage_class = "GLACIER" }]
      expiration_days = 365
    }
    tidy = {
      noncurrent_expiration_days   = 30
      abort_incomplete_upload_days = 7
    }
  }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::acme-logs/access/*"
    }]
  })
}

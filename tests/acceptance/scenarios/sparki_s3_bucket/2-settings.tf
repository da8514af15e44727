variable "name" {
  type = string
}

resource "sparki_s3_bucket" "logs" {
  name                = "${var.name}-logs"
  require_tls         = false # Where there is no TLS, as before moto, nothing could be removed from it.
  force_destroy       = true
  deletion_protection = false

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = ["s3:PutObject"]
      Resource  = "arn:aws:s3:::${var.name}-logs/*"
    }]
  })
}

resource "sparki_s3_bucket" "it" {
  name                = var.name
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  object_ownership    = "BucketOwnerPreferred"
  force_destroy       = true
  deletion_protection = false

  public_access_block = {
    block_public_acls       = false
    ignore_public_acls      = false
    block_public_policy     = false
    restrict_public_buckets = false
  }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = ["s3:PutObject", "s3:GetObject"]
      Resource  = "arn:aws:s3:::${var.name}/*"
    }
  })

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
    small = {
      prefix                      = "temporary/"
      tags                        = { kind = "small" }
      object_size_less_than_bytes = 2048
      expiration_days             = 2
    }
  }

  logging = {
    bucket = sparki_s3_bucket.logs.name
    prefix = "it/"
  }

  cors_rules = [
    {
      allowed_methods = ["GET", "PUT"]
      allowed_origins = ["https://app.example.com"]
      allowed_headers = ["*"]
      expose_headers  = ["ETag"]
      max_age_seconds = 60
    },
  ]

  tags = {
    team = "core"
  }
}

variable "name" {
  type = string
}

resource "sparki_s3_bucket" "copies" {
  name_prefix         = "${var.name}-copies-"
  region              = "us-west-2"
  deletion_protection = false
}

resource "sparki_s3_bucket" "it" {
  name                = var.name
  require_tls         = false
  bucket_key          = false
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222"
  deletion_protection = false

  lifecycle_rules = {
    archive = {
      transitions = [{ days = 60, storage_class = "DEEP_ARCHIVE" }]
    }
    tidy = {
      enabled                        = false
      object_size_greater_than_bytes = 4096
      noncurrent_transitions         = [{ days = 30, storage_class = "GLACIER", newer_noncurrent_versions = 2 }]
    }
    small = {
      prefix                       = "tmp/"
      object_size_less_than_bytes  = 1024
      expired_object_delete_marker = true
      noncurrent_expiration_days   = 1
      newer_noncurrent_versions    = 2
    }
  }

  replication = {
    role_arn               = "arn:aws:iam::123456789012:role/copy"
    destination_bucket_arn = sparki_s3_bucket.copies.arn
    kms_key_arn            = "arn:aws:kms:us-west-2:123456789012:key/1"
    prefix                 = "data/"
    storage_class          = "STANDARD_IA"
  }

  tags = {
    stage = "test"
  }
}

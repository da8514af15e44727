variable "name" {
  type = string
}

resource "sparki_s3_bucket" "it" {
  name                = "${var.name}-2"
  require_tls         = false # Where there is no TLS, as before moto, nothing could be removed from it.
  force_destroy       = true
  deletion_protection = false

  lifecycle_rules = {
    tidy = {
      abort_incomplete_upload_days = 7
    }
  }

  tags = {
    team = "core"
  }
}

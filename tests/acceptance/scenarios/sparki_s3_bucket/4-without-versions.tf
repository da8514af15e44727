variable "name" {
  type = string
}

resource "sparki_s3_bucket" "it" {
  name                = var.name
  versioning          = false
  deletion_protection = false
}

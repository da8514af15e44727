variable "name" {
  type = string
}

resource "sparki_s3_bucket" "it" {
  name                = var.name
  deletion_protection = false
}

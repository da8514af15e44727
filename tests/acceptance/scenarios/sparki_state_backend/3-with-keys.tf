variable "name" {
  type = string
}

resource "sparki_state_backend" "it" {
  name                = var.name
  lock_table          = "${var.name}-locks"
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"
  deletion_protection = false

  replica = {
    region      = "us-west-2"
    name        = "${var.name}-replica"
    kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-1"
  }

  tags = {
    stage = "test"
  }
}

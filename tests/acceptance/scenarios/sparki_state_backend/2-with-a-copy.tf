variable "name" {
  type = string
}

resource "sparki_state_backend" "it" {
  name                       = var.name
  noncurrent_expiration_days = 365
  newer_noncurrent_versions  = 20
  deletion_protection        = false

  replica = {
    region = "us-west-2"
    name   = "${var.name}-replica"
  }

  tags = {
    team = "core"
  }
}

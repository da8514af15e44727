variable "name" {
  type = string
}

resource "sparki_state_backend" "it" {
  name                = var.name
  lock_table          = "${var.name}-other-locks"
  deletion_protection = false

  replica = {
    region = "eu-west-1"
    name   = "${var.name}-elsewhere"
  }
}

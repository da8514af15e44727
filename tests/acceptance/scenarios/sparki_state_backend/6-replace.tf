variable "name" {
  type = string
}

resource "sparki_state_backend" "it" {
  name                = "${var.name}-2"
  force_destroy       = true
  deletion_protection = false

  replica = {
    region = "us-west-2"
    name   = "${var.name}-2-replica"
  }
}

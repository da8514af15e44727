variable "name" {
  type = string
}

resource "sparki_state_backend" "it" {
  name                = var.name
  deletion_protection = false
}

variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "security_group_id" {
  type = string
}

resource "sparki_load_balancer" "it" {
  name                = var.name
  subnet_ids          = var.subnet_ids
  security_group_ids  = [var.security_group_id]
  deletion_protection = false
}

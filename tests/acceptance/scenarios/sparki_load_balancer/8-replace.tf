variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

resource "sparki_load_balancer" "it" {
  name                = "${var.name}-2"
  type                = "network"
  subnet_ids          = var.subnet_ids
  cross_zone          = true
  deletion_protection = false

  listeners = {
    tcp = {
      port     = 443
      protocol = "TCP"
      forward  = { web = 1 }
    }
  }

  target_groups = {
    web = {
      port     = 8443
      protocol = "TCP"
      health_check = {
        protocol = "HTTP"
        path     = "/ready"
      }
    }
  }
}

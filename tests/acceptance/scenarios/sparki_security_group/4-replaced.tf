variable "name" {
  type = string
}

variable "security_group_id" {
  type = string
}

data "sparki_security_group" "there" {
  path = var.security_group_id
}

resource "sparki_security_group" "it" {
  name        = "${var.name}-other"
  description = "Another group"
  vpc_id      = data.sparki_security_group.there.vpc_id

  rules = {
    https = { direction = "ingress", from_port = 443, to_port = 443, cidr_ipv4 = "10.0.0.0/8" }
    peers = { direction = "egress", protocol = "all", self_referencing = true }
  }
}

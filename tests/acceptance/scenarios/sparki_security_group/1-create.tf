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
  name   = var.name
  vpc_id = data.sparki_security_group.there.vpc_id

  rules = {
    https      = { direction = "ingress", from_port = 443, to_port = 443, cidr_ipv4 = "10.0.0.0/8", description = "The web" }
    inward     = { direction = "ingress", from_port = 22, to_port = 22, cidr_ipv4 = "10.2.0.0/16" }
    six        = { direction = "egress", from_port = 443, to_port = 443, cidr_ipv4 = "10.3.0.0/16" }
    peers      = { direction = "ingress", protocol = "all", self_referencing = true }
    everything = { direction = "egress", protocol = "all", cidr_ipv4 = "0.0.0.0/0" }
  }
}

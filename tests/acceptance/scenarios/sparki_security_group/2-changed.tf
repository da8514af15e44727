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
    https  = { direction = "ingress", from_port = 8443, to_port = 8444, cidr_ipv4 = "10.1.0.0/16" }
    inward = { direction = "egress", protocol = "udp", from_port = 53, to_port = 53, cidr_ipv4 = "10.2.0.0/16" }
    peers  = { direction = "ingress", protocol = "all", security_group_id = var.security_group_id }
    ping   = { direction = "ingress", protocol = "icmp", from_port = 8, to_port = 0, cidr_ipv4 = "10.0.0.0/8" }
    from   = { direction = "ingress", from_port = 5432, to_port = 5432, security_group_id = var.security_group_id }
    all    = { direction = "egress", protocol = "all", cidr_ipv4 = "0.0.0.0/0" }
    six    = { direction = "egress", from_port = 443, to_port = 443, cidr_ipv6 = "2001:db8::/32" }
  }

  tags = {
    team = "one"
  }
}

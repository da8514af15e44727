resource "sparki_security_group" "web" {
  name        = "web"
  description = "Web servers"
  vpc_id      = sparki_vpc.main.vpc_id

  rules = {
    https = {
      direction = "ingress"
      from_port = 443
      to_port   = 443
      cidr_ipv4 = "0.0.0.0/0"
    }
    peers = {
      direction        = "ingress"
      protocol         = "all"
      self_referencing = true
    }
    everything = {
      direction = "egress"
      protocol  = "all"
      cidr_ipv4 = "0.0.0.0/0"
    }
  }
}

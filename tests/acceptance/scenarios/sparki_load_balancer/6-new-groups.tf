variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "security_group_id" {
  type = string
}

data "sparki_security_group" "there" {
  path = var.security_group_id
}

resource "sparki_security_group" "other" {
  name   = "${var.name}-other"
  vpc_id = data.sparki_security_group.there.vpc_id
}

resource "sparki_load_balancer" "it" {
  name                = var.name
  subnet_ids          = var.subnet_ids
  security_group_ids  = [sparki_security_group.other.security_group_id]
  deletion_protection = true

  listeners = {
    http = {
      port     = 80
      protocol = "HTTP"
      forward  = { web = 1, api = 1 }
    }
  }

  # They cannot be changed in place, so others take over.
  target_groups = {
    web = {
      port     = 8081
      protocol = "HTTPS"
    }
    api = {
      port             = 9090
      protocol         = "HTTP"
      protocol_version = "HTTP2"
      target_type      = "instance"
    }
  }

  tags = {
    stage = "test"
  }
}

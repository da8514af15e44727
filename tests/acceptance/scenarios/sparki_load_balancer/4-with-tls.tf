variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "certificate_arns" {
  type = list(string)
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
  name                 = var.name
  subnet_ids           = var.subnet_ids
  security_group_ids   = [sparki_security_group.other.security_group_id]
  ip_address_type      = "dualstack"
  idle_timeout_seconds = 120
  http2                = false
  drop_invalid_headers = false
  deletion_protection  = false

  access_logs = {
    bucket = "acme-logs"
    prefix = "lb"
  }

  listeners = {
    http = {
      port             = 443
      protocol         = "HTTPS"
      certificate_arns = [var.certificate_arns[0]]
      forward          = { web = 90, api = 10 }
    }
    away = {
      port     = 80
      protocol = "HTTP"
      redirect = {}
    }
    closed = {
      port     = 8081
      protocol = "HTTP"
      fixed_response = {
        status_code  = 503
        message_body = "closed"
      }
    }
  }

  target_groups = {
    web = {
      port                         = 8080
      protocol                     = "HTTP"
      deregistration_delay_seconds = 30
      health_check = {
        protocol            = "HTTPS"
        path                = "/ready"
        matcher             = "200-299"
        interval_seconds    = 10
        timeout_seconds     = 3
        healthy_threshold   = 2
        unhealthy_threshold = 4
      }
      stickiness = {
        type             = "lb_cookie"
        duration_seconds = 3600
      }
    }
    api = {
      port     = 9090
      protocol = "HTTP"
    }
  }

  tags = {
    team = "core"
  }
}

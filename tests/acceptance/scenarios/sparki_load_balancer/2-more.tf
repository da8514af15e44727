variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "other_subnet_id" {
  type = string
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
  subnet_ids           = setunion(var.subnet_ids, [var.other_subnet_id])
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
      port     = 8080
      protocol = "HTTP"
      forward  = { web = 90, api = 10 }
    }
    away = {
      port     = 80
      protocol = "HTTP"
      redirect = {
        protocol    = "HTTP"
        port        = "8080"
        host        = "www.example.com"
        path        = "/new/#{path}"
        query       = "from=old"
        status_code = "HTTP_302"
      }
    }
    closed = {
      port     = 8081
      protocol = "HTTP"
      fixed_response = {
        status_code  = 404
        content_type = "text/html"
        message_body = "<p>gone</p>"
      }
    }
  }

  target_groups = {
    web = {
      port                         = 8080
      protocol                     = "HTTP"
      deregistration_delay_seconds = 30
      health_check = {
        path                = "/ready"
        matcher             = "200-299"
        interval_seconds    = 10
        timeout_seconds     = 3
        healthy_threshold   = 2
        unhealthy_threshold = 4
      }
      stickiness = {
        type             = "app_cookie"
        cookie_name      = "session"
        duration_seconds = 600
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

resource "sparki_load_balancer" "shop" {
  name               = "shop"
  scheme             = "internet-facing"
  subnet_ids         = aws_subnet.public[*].id
  security_group_ids = [aws_security_group.shop.id]

  listeners = {
    http = {
      port     = 80
      protocol = "HTTP"
      redirect = {}
    }
    https = {
      port             = 443
      protocol         = "HTTPS"
      certificate_arns = [aws_acm_certificate.shop.arn]
      forward          = { web = 1 }
    }
  }

  target_groups = {
    web = {
      port         = 8080
      protocol     = "HTTP"
      health_check = { path = "/ready" }
    }
  }
}

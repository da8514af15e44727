variable "name" {
  type = string
}

resource "sparki_vpc" "it" {
  name                    = "${var.name}-grown"
  cidr                    = "10.30.0.0/16"
  availability_zone_count = 2
  nat                     = "per_zone"
  endpoints               = ["dynamodb", "sts"]

  flow_logs = {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:network"
    role_arn        = "arn:aws:iam::123456789012:role/network"
  }

  tags = {
    team = "one"
  }
}

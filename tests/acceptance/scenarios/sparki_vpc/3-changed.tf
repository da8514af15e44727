variable "name" {
  type = string
}

resource "sparki_vpc" "it" {
  name = "${var.name}-grown"
  cidr = "10.30.0.0/16"

  availability_zone_count = 3

  endpoints = ["sts"]

  tiers = {
    public  = { newbits = 4, access = "public" }
    private = { newbits = 2, access = "private" }
    data    = { newbits = 6, access = "private" }
    cache   = { newbits = 8, access = "isolated" }
  }

  flow_logs = {
    destination_arn     = "arn:aws:logs:us-east-1:123456789012:log-group:network"
    role_arn            = "arn:aws:iam::123456789012:role/network"
    traffic             = "REJECT"
    aggregation_seconds = 60
  }

  tags = {
    team = "two"
  }
}

variable "name" {
  type = string
}

resource "sparki_vpc" "it" {
  name               = var.name
  cidr               = "10.30.0.0/16"
  availability_zones = ["us-east-1a", "us-east-1c"]
  nat                = "none"
  endpoints          = []

  tiers = {
    private = { newbits = 2, access = "private" }
    cache   = { newbits = 8, access = "isolated" }
  }
}

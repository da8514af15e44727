variable "name" {
  type = string
}

resource "sparki_vpc" "it" {
  name                    = var.name
  cidr                    = "10.31.0.0/16"
  availability_zone_count = 2

  tags = {
    team = "one"
  }
}

variable "name" {
  type = string
}

resource "sparki_vpc" "east" {
  name                    = "${var.name}-east"
  cidr                    = "10.40.0.0/16"
  availability_zone_count = 2
  nat                     = "none"
  endpoints               = []

  tiers = {
    apps = { newbits = 2, access = "private" }
    data = { newbits = 4, access = "isolated" }
  }
}

resource "sparki_vpc" "near" {
  name                    = "${var.name}-near"
  cidr                    = "10.42.0.0/16"
  availability_zone_count = 2
  nat                     = "none"
  endpoints               = []

  tiers = {
    apps = { newbits = 2, access = "private" }
    data = { newbits = 4, access = "isolated" }
  }
}

resource "sparki_vpc_peering" "it" {
  name = var.name

  requester = {
    vpc_id          = sparki_vpc.east.vpc_id
    route_table_ids = sparki_vpc.east.subnets["apps"].route_table_ids
  }

  accepter = {
    vpc_id          = sparki_vpc.near.vpc_id
    route_table_ids = sparki_vpc.near.subnets["apps"].route_table_ids
    cidrs           = ["10.42.0.0/18"]
  }

  tags = {
    team = "one"
  }
}

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

resource "sparki_vpc" "west" {
  name                    = "${var.name}-west"
  region                  = "us-west-2"
  cidr                    = "10.41.0.0/16"
  availability_zone_count = 2
  nat                     = "none"
  endpoints               = []

  tiers = {
    apps = { newbits = 2, access = "private" }
    data = { newbits = 4, access = "isolated" }
  }
}

resource "sparki_vpc_peering" "it" {
  requester = {
    vpc_id          = sparki_vpc.east.vpc_id
    route_table_ids = sparki_vpc.east.subnets["data"].route_table_ids
    cidrs           = ["10.40.0.0/18", "10.40.128.0/20"]
  }

  accepter = {
    region          = "us-west-2"
    vpc_id          = sparki_vpc.west.vpc_id
    route_table_ids = sparki_vpc.west.subnets["apps"].route_table_ids
  }
}

resource "sparki_vpc_peering" "main" {
  name = "main"

  requester = {
    vpc_id          = sparki_vpc.primary.vpc_id
    route_table_ids = sparki_vpc.primary.subnets["private"].route_table_ids
  }

  accepter = {
    region          = "us-west-2"
    vpc_id          = sparki_vpc.standby.vpc_id
    route_table_ids = sparki_vpc.standby.subnets["private"].route_table_ids
  }
}

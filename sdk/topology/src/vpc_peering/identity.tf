import {
  to = sparki_vpc_peering.main
  identity = {
    account_id                = "123456789012"
    region                    = "us-east-1"
    vpc_peering_connection_id = "pcx-0a1b2c3d4e5f60718"
  }
}

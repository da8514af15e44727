data "sparki_vpc_peering" "main" {
  path = "us-east-1/pcx-0a1b2c3d4e5f60718"
}

output "peering_status" {
  value = data.sparki_vpc_peering.main.status
}

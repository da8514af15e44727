data "sparki_vpc" "main" {
  path = "us-east-1/vpc-0a1b2c3d4e5f60718"
}

output "private_subnet_ids" {
  value = data.sparki_vpc.main.subnets["private"].ids
}

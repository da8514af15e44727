list "sparki_vpc_peering" "main" {
  provider = sparki

  config {
    region = "us-east-1"
    vpc_id = "vpc-0a1b2c3d4e5f60718"
  }
}

resource "sparki_vpc" "main" {
  name = "main"
  cidr = "10.0.0.0/16"
  nat  = "per_zone"

  endpoints = ["s3", "ecr.api", "ecr.dkr", "sts"]

  flow_logs = {
    destination_arn = aws_s3_bucket.network.arn
  }
}

resource "sparki_eks_cluster" "main" {
  name       = "main"
  role_arn   = aws_iam_role.cluster.arn
  subnet_ids = sparki_vpc.main.subnets["private"].ids
}

resource "sparki_eks_node_group" "workers" {
  cluster_name   = sparki_eks_cluster.main.name
  name_prefix    = "workers-"
  region         = "us-east-1"
  version        = sparki_eks_cluster.main.version
  role_arn       = aws_iam_role.node.arn
  subnet_ids     = module.vpc.private_subnet_ids
  instance_types = ["t3.large", "t3a.large"]

  min = 3
  max = 20

  max_unavailable_percentage = 33

  labels = {
    workload = "general"
  }

  taints = [
    { key = "dedicated", value = "builds", effect = "NO_SCHEDULE" },
  ]

  # A group that takes this one's place is made before this one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "sparki_eks_cluster" "main" {
  name       = "main"
  region     = "us-east-1"
  version    = "1.33"
  role_arn   = aws_iam_role.cluster.arn
  subnet_ids = module.vpc.private_subnet_ids

  # From inside the VPC, and from the office.
  endpoint = {
    private = true
    public  = true
    cidrs   = ["203.0.113.0/24"]
  }

  kms_key_arn   = aws_kms_key.secrets.arn
  oidc_provider = true

  access_entries = {
    (aws_iam_role.operators.arn) = {
      policies = {
        "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" = {}
      }
    }
    (aws_iam_role.developers.arn) = {
      kubernetes_groups = ["developers"]
      policies = {
        "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy" = {
          namespaces = ["web"]
        }
      }
    }
  }

  tags = {
    team = "platform"
  }
}

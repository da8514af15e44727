resource "sparki_eks_addon" "coredns" {
  cluster_name    = sparki_eks_cluster.main.name
  cluster_version = sparki_eks_cluster.main.version
  name            = "coredns"
  version         = "latest"

  configuration_values = jsonencode({
    replicaCount = 3
  })
}

resource "sparki_eks_addon" "ebs" {
  cluster_name = sparki_eks_cluster.main.name
  name         = "aws-ebs-csi-driver"

  pod_identities = {
    ebs-csi-controller-sa = aws_iam_role.ebs.arn
  }
}

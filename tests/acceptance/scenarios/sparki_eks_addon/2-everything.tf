variable "name" {
  type = string
}

variable "cluster_role_arn" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

resource "sparki_eks_cluster" "it" {
  name                = var.name
  role_arn            = var.cluster_role_arn
  subnet_ids          = var.subnet_ids
  deletion_protection = false

  version = "1.35"
}

resource "sparki_eks_addon" "it" {
  cluster_name    = sparki_eks_cluster.it.name
  cluster_version = sparki_eks_cluster.it.version
  name            = "kube-proxy"
  version         = "latest"

  resolve_conflicts_on_update = "OVERWRITE"
  service_account_role_arn    = "arn:aws:iam::123456789012:role/proxy"

  configuration_values = jsonencode({
    a = 1
    b = [2]
  })

  tags = {
    team = "one"
  }
}

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
}

resource "sparki_eks_pod_identity" "it" {
  cluster_name    = sparki_eks_cluster.it.name
  namespace       = "web"
  service_account = "shop"
  role_arn        = "arn:aws:iam::123456789012:role/other"
  target_role_arn = "arn:aws:iam::210987654321:role/far"
  tags = {
    team = "two"
    cost = "1"
  }
}

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
  name                = "${var.name}-b"
  role_arn            = var.cluster_role_arn
  subnet_ids          = var.subnet_ids
  deletion_protection = false

  version = "1.35"
}

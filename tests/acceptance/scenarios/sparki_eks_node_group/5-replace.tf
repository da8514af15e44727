variable "name" {
  type = string
}

variable "cluster_role_arn" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "node_role_arn" {
  type = string
}

resource "sparki_eks_cluster" "it" {
  name                = var.name
  role_arn            = var.cluster_role_arn
  subnet_ids          = var.subnet_ids
  deletion_protection = false

  version = "1.35"
}

resource "sparki_eks_node_group" "it" {
  cluster_name = sparki_eks_cluster.it.name
  role_arn     = var.node_role_arn
  subnet_ids   = var.subnet_ids
  name         = "others"
  version      = "1.35"
  min          = 1
  max          = 3

  instance_types = ["m6i.large"]

  # The one that takes the other's place is there before that one goes.
  lifecycle {
    create_before_destroy = true
  }
}

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
  name         = "workers"
  version      = "1.35"
  min          = 1
  max          = 4

  release_version = "1.35.1-20260401"
  max_unavailable = 2

  disk = {
    type      = "gp2"
    encrypted = false
  }

  machine_tags = {
    team = "two"
  }

  tags = {
    team = "two"
  }
}

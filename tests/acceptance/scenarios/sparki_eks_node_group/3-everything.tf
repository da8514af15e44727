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

variable "security_group_id" {
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
  min          = 2
  max          = 5
  node_repair  = true

  max_unavailable_percentage = 50
  update_strategy            = "MINIMAL"

  disk_gib = 60

  disk = {
    iops             = 4000
    throughput_mibps = 250
    kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  }

  metadata = {
    hop_limit   = 1
    http_tokens = "optional"
  }

  security_group_ids = [var.security_group_id]

  machine_tags = {
    team = "one"
  }

  labels = {
    workload = "builds"
  }

  taints = [
    { key = "dedicated", value = "builds", effect = "NO_SCHEDULE" },
  ]

  tags = {
    team = "one"
  }
}

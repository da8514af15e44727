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

  version             = "1.35"
  authentication_mode = "API"
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"

  tags = {
    team = "two"
    cost = "1"
  }
}

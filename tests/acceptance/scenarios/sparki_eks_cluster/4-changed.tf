variable "name" {
  type = string
}

variable "cluster_role_arn" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "other_subnet_id" {
  type = string
}

variable "security_group_id" {
  type = string
}

resource "sparki_eks_cluster" "it" {
  name                = var.name
  role_arn            = var.cluster_role_arn
  subnet_ids          = setunion(var.subnet_ids, [var.other_subnet_id])
  deletion_protection = true

  version             = "1.35"
  authentication_mode = "API"
  security_group_ids  = [var.security_group_id]
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  log_types           = ["api", "audit"]
  support_type        = "EXTENDED"
  zonal_shift         = true
  oidc_provider       = true

  endpoint = {
    private = false
    public  = true
    cidrs   = ["203.0.113.0/24"]
  }

  access_entries = {
    "arn:aws:iam::123456789012:role/shop" = {
      kubernetes_groups = ["builds", "ops"]
      username          = "shop"
      policies = {
        "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" = {
          namespaces = ["api", "web"]
        }
        "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy" = {}
      }
    }
  }

  tags = {
    team = "one"
  }
}

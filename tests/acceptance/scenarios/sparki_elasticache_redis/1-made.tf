variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

resource "sparki_elasticache_redis" "it" {
  name                  = var.name
  node_type             = "cache.r6g.large"
  shards                = 2
  subnet_ids            = var.subnet_ids
  auth_token_wo         = "correct-horse-battery"
  auth_token_wo_version = 1
  deletion_protection   = false
}

variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "security_group_id" {
  type = string
}

resource "sparki_elasticache_redis" "it" {
  name                  = var.name
  engine                = "valkey"
  node_type             = "cache.r6g.large"
  shards                = 2
  replicas_per_shard    = 1
  subnet_ids            = var.subnet_ids
  security_group_ids    = [var.security_group_id]
  tls                   = "required"
  auth_token_wo         = "horse-staple-correct"
  auth_token_wo_version = 3
  maintenance_window    = "mon:05:00-mon:06:00"
  deletion_protection   = false

  snapshots = {
    retention_days = 5
    window         = "02:00-03:00"
  }

  parameters = {
    maxmemory-policy = "volatile-ttl"
  }
}

variable "name" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "user_group_ids" {
  type = list(string)
}

variable "security_group_id" {
  type = string
}

resource "sparki_elasticache_redis" "it" {
  name                       = var.name
  description                = "Sessions of the shop"
  engine_version             = "7.1"
  node_type                  = "cache.r6g.large"
  shards                     = 3
  replicas_per_shard         = 2
  subnet_ids                 = var.subnet_ids
  security_group_ids         = [var.security_group_id]
  user_group_id              = var.user_group_ids[1]
  auto_minor_version_upgrade = false
  maintenance_window         = "mon:05:00-mon:06:00"
  deletion_protection        = false

  snapshots = {
    retention_days = 3
    window         = "02:00-03:00"
  }

  parameters = {
    maxmemory-policy = "volatile-ttl"
  }

  tags = {
    team = "two"
    cost = "1"
  }
}

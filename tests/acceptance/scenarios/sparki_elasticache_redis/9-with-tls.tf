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
  name                = var.name
  engine              = "valkey"
  engine_version      = "8.1"
  node_type           = "cache.r6g.large"
  shards              = 1
  subnet_ids          = var.subnet_ids
  security_group_ids  = [var.security_group_id]
  port                = 6380
  maintenance_window  = "mon:05:00-mon:06:00"
  deletion_protection = false

  snapshots = {
    retention_days = 7
    window         = "02:00-03:00"
  }

  parameters = {
    maxmemory-policy = "volatile-ttl"
  }

  tags = {
    team = "two"
  }
}

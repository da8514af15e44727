variable "name" {
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

resource "sparki_elasticache_redis" "it" {
  name                       = var.name
  description                = "Sessions of the shop"
  node_type                  = "cache.r6g.xlarge"
  shards                     = 2
  subnet_ids                 = setunion(var.subnet_ids, [var.other_subnet_id])
  security_group_ids         = [var.security_group_id]
  auth_token_wo              = "staple-correct-horse"
  auth_token_wo_version      = 2
  auto_minor_version_upgrade = false
  maintenance_window         = "mon:05:00-mon:06:00"
  deletion_protection        = false

  snapshots = {
    retention_days = 3
    window         = "03:00-04:00"
  }

  parameters = {
    maxmemory-policy = "allkeys-lru"
    timeout          = "60"
  }

  tags = {
    team = "one"
  }
}

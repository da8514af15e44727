resource "sparki_elasticache_redis" "sessions" {
  name               = "sessions"
  region             = "us-east-1"
  engine_version     = "7.0"
  node_type          = "cache.r6g.xlarge"
  shards             = 3
  replicas_per_shard = 1
  subnet_ids         = module.vpc.data_subnet_ids
  security_group_ids = [aws_security_group.redis.id]
  kms_key_arn        = aws_kms_key.data.arn

  # Raise the version to send another password.
  auth_token_wo         = var.redis_password
  auth_token_wo_version = 1

  snapshots = {
    retention_days      = 7
    window              = "03:00-04:00"
    final_snapshot_name = "sessions-final"
  }
  maintenance_window = "sun:05:00-sun:06:00"

  parameters = {
    maxmemory-policy = "allkeys-lru"
  }

  tags = {
    team = "platform"
  }
}

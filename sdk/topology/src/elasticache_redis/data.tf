data "sparki_elasticache_redis" "sessions" {
  path = "us-east-1/sessions"
}

output "sessions_endpoint" {
  value = data.sparki_elasticache_redis.sessions.endpoint
}

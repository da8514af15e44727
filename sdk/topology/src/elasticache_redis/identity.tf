import {
  to = sparki_elasticache_redis.sessions
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    name       = "sessions"
  }
}

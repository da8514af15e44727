data "sparki_secretsmanager_secret" "database" {
  path = "us-east-1/shop/database"
}

output "database_secret_arn" {
  value = data.sparki_secretsmanager_secret.database.arn
}

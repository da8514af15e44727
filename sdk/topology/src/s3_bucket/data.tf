data "sparki_s3_bucket" "logs" {
  path = "us-east-1/acme-logs"
}

output "logs_domain_name" {
  value = data.sparki_s3_bucket.logs.regional_domain_name
}

data "sparki_rds_replica" "reader" {
  path = "us-east-1/shop-reader"
}

output "reader_endpoint" {
  value = data.sparki_rds_replica.reader.endpoint
}

data "sparki_kms_key" "main" {
  path = "us-east-1/alias/payments"
}

output "key_arn" {
  value = data.sparki_kms_key.main.arns["us-west-2"]
}

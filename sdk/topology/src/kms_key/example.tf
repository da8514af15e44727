resource "sparki_kms_key" "main" {
  alias       = "payments"
  regions     = ["us-east-1", "us-west-2"]
  description = "Encrypts what the payments service stores."
}

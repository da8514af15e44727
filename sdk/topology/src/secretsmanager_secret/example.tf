resource "sparki_secretsmanager_secret" "database" {
  name        = "shop/database"
  description = "Password of the shop's database."
  kms_key_id  = sparki_kms_key.main.arns["us-east-1"]

  generate = {
    length             = 40
    exclude_characters = "\"@/\\"
  }

  replicas = {
    us-west-2 = { kms_key_id = sparki_kms_key.main.arns["us-west-2"] }
  }
}

variable "partner_token" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "sparki_secretsmanager_secret" "partner" {
  name             = "shop/partner"
  value_wo         = var.partner_token
  value_wo_version = 1
}

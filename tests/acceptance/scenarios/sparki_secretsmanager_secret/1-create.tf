variable "name" {
  type = string
}

resource "sparki_secretsmanager_secret" "it" {
  name                 = "${var.name}/database"
  value_wo             = "first"
  value_wo_version     = 1
  recovery_window_days = 0
}

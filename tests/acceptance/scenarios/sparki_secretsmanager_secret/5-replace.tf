variable "name" {
  type = string
}

resource "sparki_secretsmanager_secret" "it" {
  name                 = "${var.name}/cache"
  description          = "For tests of replacement."
  recovery_window_days = 7
  generate = {
    version = 2
  }
  replicas = {
    us-west-2 = {}
    eu-west-1 = {}
  }
}

variable "name" {
  type = string
}

resource "sparki_secretsmanager_secret" "it" {
  name        = "${var.name}/cache"
  description = "For tests of import."
  replicas = {
    us-west-2 = {}
    eu-west-1 = {}
  }
}

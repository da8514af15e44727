variable "name" {
  type = string
}

variable "security_group_id" {
  type = string
}

data "sparki_security_group" "there" {
  path = var.security_group_id
}

resource "sparki_security_group" "it" {
  name   = var.name
  vpc_id = data.sparki_security_group.there.vpc_id

  tags = {
    team = "two"
  }
}

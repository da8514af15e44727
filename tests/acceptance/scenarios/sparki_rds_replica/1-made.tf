variable "name" {
  type = string
}

variable "database" {
  type = string
}

resource "sparki_rds_replica" "it" {
  identifier          = var.name
  source              = var.database
  instance_class      = "db.r6i.large"
  deletion_protection = false
}

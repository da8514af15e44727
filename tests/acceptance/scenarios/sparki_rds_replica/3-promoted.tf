variable "name" {
  type = string
}

variable "database" {
  type = string
}

resource "sparki_rds_replica" "it" {
  identifier            = var.name
  source                = var.database
  instance_class        = "db.r6i.large"
  engine_version        = "15"
  multi_az              = false
  storage_gib           = 500
  backup_retention_days = 14
  promoted              = true
  deletion_protection   = false
  final_snapshot_name   = "${var.name}-final"

  parameters = {
    work_mem = "131072"
  }

  tags = {
    team = "two"
    cost = "1"
  }
}

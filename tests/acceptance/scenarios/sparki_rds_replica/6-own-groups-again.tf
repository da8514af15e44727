variable "name" {
  type = string
}

variable "database" {
  type = string
}

variable "subnet_ids" {
  type = set(string)
}

variable "security_group_id" {
  type = string
}

resource "sparki_rds_replica" "it" {
  identifier            = "${var.name}-b"
  source                = var.database
  instance_class        = "db.r6i.large"
  engine_version        = "15.13"
  storage_type          = "gp3"
  storage_gib           = 150
  subnet_ids            = var.subnet_ids
  security_group_ids    = [var.security_group_id]
  maintenance_window    = "mon:05:00-mon:06:00"
  backup_window         = "02:00-02:30"
  backup_retention_days = 7
  deletion_protection   = false

  parameters = {
    work_mem        = "65536"
    max_connections = "200"
  }

  tags = {
    team = "two"
  }
}

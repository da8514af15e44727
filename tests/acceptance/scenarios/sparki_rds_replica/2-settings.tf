variable "name" {
  type = string
}

variable "database" {
  type = string
}

variable "security_group_id" {
  type = string
}

resource "sparki_rds_replica" "it" {
  identifier                          = var.name
  source                              = var.database
  instance_class                      = "db.r6i.xlarge"
  engine_version                      = "15.13"
  multi_az                            = true
  storage_gib                         = 400
  storage_type                        = "io1"
  iops                                = 4000
  port                                = 5433
  max_storage_gib                     = 500
  security_group_ids                  = [var.security_group_id]
  maintenance_window                  = "mon:05:00-mon:06:00"
  backup_window                       = "02:00-02:30"
  backup_retention_days               = 7
  monitoring_interval_seconds         = 30
  monitoring_role_arn                 = "arn:aws:iam::123456789012:role/monitoring"
  performance_insights                = true
  performance_insights_retention_days = 31
  publicly_accessible                 = true
  iam_database_authentication         = true
  auto_minor_version_upgrade          = false
  deletion_protection                 = true

  connection_pools = {
    pods      = 20
    pool_size = 50
  }

  parameters = {
    work_mem = "65536"
  }

  tags = {
    team = "one"
  }
}

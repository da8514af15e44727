# In the region of the database.
resource "sparki_rds_replica" "reader" {
  identifier     = "shop-reader"
  source         = "shop"
  instance_class = "db.r6i.xlarge"

  parameters = {
    work_mem = "65536"
  }

  tags = {
    team = "platform"
  }
}

# In another region, to go on with if the first one fails.
resource "sparki_rds_replica" "standby" {
  identifier            = "shop-standby"
  region                = "us-west-2"
  source                = "arn:aws:rds:us-east-1:123456789012:db:shop"
  instance_class        = "db.r6i.2xlarge"
  multi_az              = true
  kms_key_arn           = aws_kms_key.west.arn
  subnet_ids            = module.vpc_west.data_subnet_ids
  security_group_ids    = [aws_security_group.west.id]
  max_storage_gib       = 1000
  backup_retention_days = 30
  backup_window         = "03:00-03:30"
  maintenance_window    = "sun:05:00-sun:06:00"

  # Set it to true to make it a database of its own, for good.
  promoted            = false
  final_snapshot_name = "shop-standby-final"
}

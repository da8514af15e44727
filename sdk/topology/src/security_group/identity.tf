import {
  to = sparki_security_group.web
  identity = {
    account_id        = "123456789012"
    region            = "us-east-1"
    security_group_id = "sg-0a1b2c3d4e5f60718"
  }
}

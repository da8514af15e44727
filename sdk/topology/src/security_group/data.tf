data "sparki_security_group" "web" {
  path = "us-east-1/sg-0a1b2c3d4e5f60718"
}

output "web_rules" {
  value = keys(data.sparki_security_group.web.rules)
}

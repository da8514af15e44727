data "sparki_project" "web" {
  path = "acme/web"
}

output "web_framework" {
  value = data.sparki_project.web.framework
}

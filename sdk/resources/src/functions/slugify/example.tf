variable "name" {
  type    = string
  default = "Acme & Sons, Ltd."
}

# "acme-sons-ltd"
output "slug" {
  value = provider::sparki::slugify(var.name)
}

# The path is known while planning, although the control plane makes the slug.
data "sparki_project" "web" {
  path = "acme/${provider::sparki::slugify("Web Shop")}"
}

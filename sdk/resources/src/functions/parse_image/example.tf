variable "image" {
  type    = string
  default = "ghcr.io/acme/web:1.4.2"

  validation {
    condition     = contains(["ghcr.io"], provider::sparki::parse_image(var.image).registry)
    error_message = "Images come from ghcr.io."
  }
}

# { registry = "ghcr.io", repository = "acme/web", tag = "1.4.2", digest = null }
output "image" {
  value = provider::sparki::parse_image(var.image)
}

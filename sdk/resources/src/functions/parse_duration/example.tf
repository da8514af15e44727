variable "timeout" {
  type    = string
  default = "1h30m"

  validation {
    condition     = provider::sparki::parse_duration(var.timeout) <= 7200
    error_message = "A build takes two hours at most."
  }
}

# 5400
output "timeout_seconds" {
  value = provider::sparki::parse_duration(var.timeout)
}

variable "workspace" {
  description = "Slug of the workspace to make."
  type        = string
  default     = "acme"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]*[a-z0-9]$", var.workspace))
    error_message = "Use lower-case letters, digits and hyphens, with no hyphen at either end."
  }
}

variable "git_url" {
  description = "Repository that the project builds."
  type        = string
  default     = "https://github.com/acme/web"
}

variable "cluster_role_arn" {
  description = "ARN of the IAM role that the EKS control plane assumes."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.cluster_role_arn))
    error_message = "Give the ARN of an IAM role: arn:aws:iam::<account>:role/<name>."
  }
}

variable "node_role_arn" {
  description = "ARN of the IAM role that the nodes assume."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.node_role_arn))
    error_message = "Give the ARN of an IAM role: arn:aws:iam::<account>:role/<name>."
  }
}

variable "subnet_ids" {
  description = "Subnets of the cluster and its nodes, in at least two availability zones."
  type        = set(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "EKS needs subnets in at least two availability zones."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of the cluster."
  type        = string
  default     = "1.32"
}

variable "deletion_protection" {
  description = "Whether the workspace and the cluster refuse to be destroyed. Turn it off only to try this out."
  type        = bool
  default     = true
}

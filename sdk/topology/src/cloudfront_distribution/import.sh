# CloudFront's id of the distribution.
terraform import sparki_cloudfront_distribution.shop EDFDVBD6EXAMPLE

# Its ARN.
terraform import sparki_cloudfront_distribution.shop arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE

"""JSON for programs, under Terraform's field names where it has them. A minor format version only adds fields."""

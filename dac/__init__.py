"""dac: Terraform for IBM QRadar detections."""

__version__ = "0.1.0"

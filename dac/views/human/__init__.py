"""Text for people, laid out as Terraform lays it out. One file a section; rich only in `live`."""

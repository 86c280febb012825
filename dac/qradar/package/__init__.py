"""The codec of content packages: ZIP archive, manifest, content XML, and the rule XML inside it. No HTTP here."""

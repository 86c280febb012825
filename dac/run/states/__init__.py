"""The states of a console looked into, mended and made anew."""

"""What somebody changed on a console: found, remembered, told, accepted."""

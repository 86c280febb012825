"""What a console said, kept: taken once by somebody with a token, answered from afterwards without one."""

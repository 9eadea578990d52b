"""What the parts of an update take, each by itself, on the shipped flows."""

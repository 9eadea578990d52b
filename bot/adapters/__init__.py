"""Floor 4: the real world, behind the service's ports."""

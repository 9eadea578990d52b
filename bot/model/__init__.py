"""Floor 1: what everything is made of. Frozen dataclasses only."""

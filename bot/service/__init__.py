"""Floor 3: one update's walk, from what came in to what goes out. Adapters reach it through ports."""

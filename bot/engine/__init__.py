"""Floor 2: the engine. Pure functions from a session and an input to the next session and what is to be done."""

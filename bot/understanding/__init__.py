"""Floor 2: from what people write to what they mean. Pure; data comes in with the call."""

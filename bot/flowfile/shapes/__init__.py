"""The shapes of flow files, as authors write them. The JSON Schema for editors is generated from them."""

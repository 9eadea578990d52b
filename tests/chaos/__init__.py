"""A crowd walks to its tickets while everything goes wrong; then it is looked whether anything was lost."""

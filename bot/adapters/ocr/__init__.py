"""Reading screenshots."""

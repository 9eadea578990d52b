"""Reading what stands in screenshots."""

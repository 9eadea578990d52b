"""The only place where adapters are built and put together."""

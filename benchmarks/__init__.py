"""What the bot costs, measured beside bots written as other libraries recommend: `make bench`."""

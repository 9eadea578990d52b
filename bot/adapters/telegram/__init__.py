"""Telegram as a channel: python-telegram-bot's types over a pool of connections, and a receiving loop of our own."""

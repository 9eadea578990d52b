"""Telegram as a channel: python-telegram-bot's types over aiohttp, and a receiving loop of our own."""

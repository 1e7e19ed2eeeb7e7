"""Telegram's Bot API as a bot that writes in a channel uses it."""

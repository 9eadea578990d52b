"""Proof. The folders mirror those of `bot/`; `conversations/` and `broken_flows/` can be read by everybody."""

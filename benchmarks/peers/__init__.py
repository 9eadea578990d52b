"""The same conversation, written for other libraries as their authors recommend."""

"""Answers and lists as a card, plain text, Markdown or JSON. Pure: text in, text out."""

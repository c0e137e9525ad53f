"""The FAQ file: reading, checking, compiling and opening it."""

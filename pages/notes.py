"""The notes, line by line."""

from core.app.notes import show

show()

"""The lesson as a map, with one live picture at the top."""

from core.app.home import show

show()

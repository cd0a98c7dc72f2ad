"""The front door: page set-up, and navigation made from the table of contents."""

from core.app.start import front_door

front_door()

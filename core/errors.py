"""Errors that a visitor can cause or meet: each is one clear sentence that says what to do."""


class UserError(Exception):
    """Shown on the page as it stands; its text is written for the person who reads it.

    `passing` says that the same may work a little later, though nobody changes anything on the page.
    """

    passing = False

"""The one exception of a trial: a sentence for the person who asked for it."""

from typing import final


@final
class TrialRefusal(Exception):
    """The trial cannot be made; the text says why in a sentence that helps."""

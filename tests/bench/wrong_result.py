"""What a bench says when what it measured did not do its work."""


class WrongResult(AssertionError):
    """Events were lost, repeated or reordered: the figure means nothing."""

"""How sending can fail. Only what proves that nothing was sent may be tried again."""


class NotSent(Exception):
    """Nothing was sent, and trying the same again is useless: the number was refused, say."""


class Unavailable(NotSent):
    """Nothing was sent; the same gateway may take it later."""


class MaybeSent(Exception):
    """The connection broke: an SMS may be on its way, so it is never sent again."""

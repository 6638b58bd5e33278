"""How sending can fail. It may be retried only when certainly nothing was sent."""


class NotSent(Exception):
    """Nothing was sent, and a retry is useless: for example, the number was refused."""


class Unavailable(NotSent):
    """Nothing was sent; the same gateway may take it later."""


class MaybeSent(Exception):
    """The connection broke: an SMS may be on its way, so it is never sent again."""

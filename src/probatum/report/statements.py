"""What a page states: each claim it names, and the text it gives for it."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        claim_id = dict(attrs).get("data-claim")
        if claim_id is not None:
            self.found.append((claim_id, ""))
            self._open.append((tag, claim_id))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            claim_id, text = self.found[-1]
            self.found[-1] = (claim_id, text + data)


def statements(page: str) -> list[tuple[str, str]]:
    """Each claim on a page, by its id, with the text the page gives, in their order.

    Examples
    --------
    >>> statements('AUC <a data-claim="7"><code>0.833</code></a>.')
    [('7', '0.833')]
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found

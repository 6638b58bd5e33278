"""Everything that goes wrong on a page without anybody seeing it."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Chromium says so of each refused violation too; the listener hears of those it only reports.
LISTENER = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`));
"""
STATUS = "Failed to load resource: the server responded with a status of"


class Watch:
    """Listens to every page of a browser's context and keeps what went wrong."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.problems = list[str]()
        self.sites = [url]
        self.expected: set[int] = set()  # statuses that a test provokes
        context.add_init_script(LISTENER)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # What is answered with an error is reported below, and may be expected.
        if message.type == "error" and not message.text.startswith(STATUS):
            self._note(f"console: {message.text} {message.location['url']}")

    def _error(self, error: WebError) -> None:
        self._note(f"uncaught: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((*self.sites, "data:", "blob:")):
            self._note(f"another site was asked: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure not in ("net::ERR_ABORTED", None):  # somebody left the page
            self._note(f"failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._note(f"{response.status}: {response.request.method} {response.url}")

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

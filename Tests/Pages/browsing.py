"""A browser that tells when a page says, asks for or does what it should not."""

from contextlib import contextmanager

# Said by the browser itself where a page is a refusal, as some here are meant to be.
REFUSED = "Failed to load resource: the server responded with a status of"


class Tab:
    """One page of a browser, and what it did."""

    def __init__(self, context, base):
        self.page, self.base, self.told = context.new_page(), base, []
        self.page.set_default_timeout(30_000)
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.tell(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.tell(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: request.url.startswith(base) or self.tell(f"request: {request.url}"))

    def tell(self, text):
        self.told.append(text)

    def hear(self, message):
        is_page = "/api/" not in (url := message.location.get("url", "")) and not url.endswith((".css", ".js", ".svg"))
        if not (is_page and message.text.startswith(REFUSED)):
            self.tell(f"console {message.type}: {message.text}")

    def go(self, path):
        """The status of a page."""
        return self.page.goto(self.base + path).status

    def click(self, selector):
        """Clicks on what leads to another page."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def press(self, name, within="main"):
        self.click(f"{within} button:has-text(\"{name}\") >> visible=true")

    def settled(self):
        """What the panel says once what a form began is over: the page loads itself again for that."""
        self.page.wait_for_selector(".work:not([data-activity])")
        return self.page.inner_text(".work")

    def text(self, selector="main"):
        return self.page.inner_text(selector)

    def says(self, *pieces, within="main"):
        text = " ".join(self.text(within).split())
        for piece in pieces:
            assert piece in text, f"{self.page.url} does not say '{piece}':\n{text[:800]}"

    def until(self, path, isSo, limit=600):
        """Loads a page until something is so of it: the daemon looks at the world every half minute."""
        for _ in range(limit):
            self.go(path)
            if isSo(self):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{path} never came to what was waited for:\n{self.text()[:800]}")

    def sign_in(self, token, path="/"):
        self.go(f"/login?next={path}")
        self.page.fill("#token", token)
        self.press("Sign in")

    def forms(self):
        """Where the forms of this page lead that change something."""
        return self.page.evaluate(
            "[...document.querySelectorAll('form[method=post]')].map(f => new URL(f.action).pathname)")


@contextmanager
def tab(browser, base, token=None, **options):
    """A tab of a browser that knows nothing yet; signed in, if a token is given."""
    context = browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | options))
    one = Tab(context, base)
    if token:
        one.sign_in(token)
    yield one
    context.close()
    assert not one.told, f"the pages were not quiet: {one.told[:5]}"


def same(one):
    """Another tab of the same browser."""
    return Tab(one.page.context, one.base)

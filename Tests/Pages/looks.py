"""Holds each page of the dashboard, as it looks to different people, to what docs promise."""

from browsing import tab
from check_pages import LOOKS, violations
from walk import PAGES

# Everything that a keyboard must reach, as it can be seen.
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, summary, [tabindex="0"]')]
    .filter(e => e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)'))
    .map((e, i) => (e.dataset.stop = i, e.outerHTML.slice(0, 80)))"""
# Where the focus is, and whether one sees it.
FOCUS = """() => { const e = document.activeElement, style = getComputedStyle(e);
    return [e.dataset.stop ?? '', style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2] }"""


def look(one, path):
    """What is wrong with a page, as it is now."""
    page = one.page
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"the page scrolls sideways by {wide} px"
    active = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
        ".filter(name => name.startsWith('on') || name === 'style')")
    if active:
        yield f"attributes that run or paint: {active[:5]}"
    headings = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    if headings[:1] != [1] or any(b > a + 1 for a, b in zip(headings, headings[1:])):
        yield f"headings out of order: {headings}"
    page.evaluate("document.querySelectorAll('details').forEach((d, i) => { if (i < 3) d.open = true })")
    yield from violations(page)


def keyboard(one, path):
    """What the Tab key does not reach, in their order, or reaches unseen."""
    one.go(path)
    stops = one.page.evaluate(REACHABLE)
    for number, stop in enumerate(stops):
        one.page.keyboard.press("Tab")
        at, isSeen = one.page.evaluate(FOCUS)
        if at != str(number):
            yield f"Tab {number} leads to {at or 'nowhere'}, not to {stop}"
            return
        if not isSeen:
            yield f"no focus is seen on {stop}"
    one.go(path)
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Enter")
    if not one.page.url.endswith("#content"):
        yield "the first Tab does not skip to the content"


def each(browser, served, token, paths, looks=LOOKS, keys=()):
    wrong = []
    for name, options in looks:
        with tab(browser, served.base, token, **options) as one:
            for path in paths:
                one.go(path)
                wrong += [f"{path}, {name}: {found}" for found in look(one, path)]
            if name == "light":
                for path in keys:
                    wrong += [f"{path}, keyboard: {found}" for found in keyboard(one, path)]
    with tab(browser, served.base, token, java_script_enabled=False, viewport={"width": 360, "height": 740}) as one:
        for path in paths:
            status = one.go(path)
            box = one.page.locator("main").bounding_box()
            if status not in (200, 404) or box["x"] + box["width"] > 361:
                wrong.append(f"{path}, without script: {status}, {box}")
    assert not wrong, "\n  ".join(["", *wrong])


def runs(browser, served, token):
    """The address of a run's own page."""
    with tab(browser, served.base, token) as one:
        one.go("/runs")
        return one.page.locator("main tbody th a").first.get_attribute("href")


def full(browser, served, tokens):
    """Every page with much on it, in every look: accessible, quiet, no wider than the screen, by keyboard alone."""
    paths = [*PAGES, runs(browser, served, tokens["operator"])]
    each(browser, served, tokens["operator"], paths, keys=paths)
    each(browser, served, tokens["viewer"], ["/", "/quarantine"], looks=LOOKS[:1], keys=["/"])
    each(browser, served, None, ["/", "/login", "/no/such/page"], looks=LOOKS[:3], keys=["/login"])


def hostile(browser, served, tokens):
    """Names that want to be something else than names."""
    each(browser, served, tokens["operator"], ["/", "/orphans", "/orphans?sort=path", "/dangling", "/plan", "/health"],
         looks=[LOOKS[0], LOOKS[3]], keys=["/orphans?contains=img"])


def empty(browser, served, tokens):
    """Pages with nothing on them."""
    each(browser, served, tokens["operator"], [path for path in PAGES if path != "/health"], looks=[LOOKS[1], LOOKS[2]])


def tasks(browser, served, tokens):
    """Tasks and triggers, in every look."""
    served.sql("DELETE FROM items WHERE id BETWEEN 'i09' AND 'i15'")
    with tab(browser, served.base, tokens["operator"]) as one:
        one.until("/tasks", lambda page: page.page.locator(".badge:has-text('held')").count() >= 1)
    each(browser, served, tokens["operator"], ["/", "/tasks", "/health"], keys=["/tasks"])

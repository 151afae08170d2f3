"""Opens pages in Chromium and holds them to what docs promise: accessible, quiet, self-contained, no wider than a screen.

    python check_pages.py FILE…

Exits with 1 and says what is wrong, page by page and look by look. `--pictures DIR` keeps what was seen. A page may load
a style.css that lies beside it, and nothing else.
"""

import argparse
import json
import sys
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

LOOKS = [
    ("light", {"color_scheme": "light", "viewport": {"width": 1200, "height": 900}}),
    ("dark", {"color_scheme": "dark", "viewport": {"width": 1200, "height": 900}}),
    ("narrow", {"color_scheme": "light", "viewport": {"width": 360, "height": 740}}),
    ("narrow-dark", {"color_scheme": "dark", "viewport": {"width": 320, "height": 740}}),
    ("contrast", {"forced_colors": "active", "viewport": {"width": 1200, "height": 900}}),
]

# Rules of WCAG 2.2 A and AA, and what is good practice besides.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = f"axe.run(document, {{runOnly: {TAGS}, preload: false}})"


def violations(page):
    """What axe finds, one line a rule."""
    page.evaluate(AXE_SCRIPT)
    for found in page.evaluate(AXE)["violations"]:
        where = "; ".join(" ".join(map(str, node["target"])) for node in found["nodes"][:5])
        yield f"axe {found['id']} ({found['impact']}): {found['help']}: {where}"


def check(browser, file, look, options, pictures):
    """Opens one page in one look; yields what is wrong."""
    context = browser.new_context(**options)
    page = context.new_page()
    told, asked = [], []
    page.on("console", lambda message: told.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"the page scrolls sideways by {wide} px"
    if scripts := page.evaluate("document.querySelectorAll('script, iframe, object, embed, img, link:not([href=\"style.css\"])').length"):
        yield f"{scripts} elements that could load or run something"
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
        ".filter(name => name.startsWith('on') || name == 'style')")
    if attributes:
        yield f"attributes that run or paint: {attributes[:5]}"
    # Only now: to take a picture hides the carets of fields, by their style.
    if pictures:
        page.screenshot(path=pictures / f"{file.stem}-{look}.png", full_page=True)
    headings = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    if headings[:1] != [1] or any(b > a + 1 for a, b in zip(headings, headings[1:])):
        yield f"headings out of order: {headings}"
    page.evaluate("document.querySelectorAll('details').forEach((d, i) => { if (i < 3) d.open = true })")
    yield from violations(page)
    if others := [url for url in asked if url not in (file.as_uri(), file.with_name("style.css").as_uri())]:
        yield f"requests: {json.dumps(others[:5])}"
    yield from told
    context.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--pictures", type=Path)
    arguments = parser.parse_args()
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        for file in arguments.files:
            for look, options in LOOKS:
                findings = list(check(browser, file.resolve(), look, options, arguments.pictures))
                wrong += len(findings)
                print(f"{file.name}, {look}: {'good' if not findings else ''}")
                for finding in findings:
                    print(f"  {finding}")
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

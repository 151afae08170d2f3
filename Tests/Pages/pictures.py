"""Makes the pictures of docs/guides/dashboard.md: the same world, the same places, so that they can be made again."""

import served
from browsing import tab

WIDTH, HEIGHT = 1100, 760


def make(browser, binary, work, folder):
    folder.mkdir(parents=True, exist_ok=True)
    world = served.demo(binary, work / "gallery")
    # Sizes of the demo world are those of sparse files, which hold nothing.
    served.fill(work / "gallery" / "data")
    served.accepted(world)
    token = world.token("ops")
    world.start()
    try:
        for scheme in ("light", "dark"):
            with tab(browser, world.base, token, color_scheme=scheme, viewport={"width": WIDTH, "height": HEIGHT}) as one:
                if scheme == "light":
                    one.press("Scan now")
                    one.settled()
                    steps(one, folder)
                else:
                    one.go("/")
                    shoot(one, folder, "dashboard-dark")
    finally:
        world.stop()
    return 0


def steps(one, folder):
    one.until("/", lambda home: "Warning:" in home.text())
    shoot(one, folder, "dashboard-overview")
    one.go("/orphans")
    shoot(one, folder, "dashboard-orphans")
    one.page.set_viewport_size({"width": 360, "height": 740})
    one.page.evaluate("document.querySelector('.stack').scrollIntoView()")
    shoot(one, folder, "dashboard-narrow")
    one.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    one.go("/")
    one.press("Plan a clean-up")
    one.settled()
    one.page.fill("#entries", "83")
    shoot(one, folder, "dashboard-plan")
    one.press("Move 83 entries aside")
    one.settled()
    shoot(one, folder, "dashboard-done")
    one.go("/quarantine")
    one.page.click("main summary:has-text('Purge')")
    shoot(one, folder, "dashboard-quarantine")


def shoot(one, folder, name):
    path = folder / f"{name}.png"
    one.page.screenshot(path=path)
    assert path.stat().st_size < 150_000, f"{path} has {path.stat().st_size} bytes"
    print(f"{path}: {path.stat().st_size >> 10} KiB", flush=True)

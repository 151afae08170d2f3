"""What the dashboard says of deletions, and of a world in which something is amiss."""

from browsing import tab
from walk import lies


def deletions(browser, served, tokens):
    """Tasks that are done, held and given up: approved by their number, one by one, dropped, tried again."""
    with tab(browser, served.base, tokens["operator"]) as one:
        served.sql("DELETE FROM items WHERE id = 'i00'")
        one.until("/tasks?state=done", lambda tasks: tasks.page.locator(".badge:has-text('done')").count() == 1)
        assert not lies(served, "items/i00")
        # Eight of nineteen: more than a fifth.
        served.sql("DELETE FROM items WHERE id BETWEEN 'i01' AND 'i08'")
        one.until("/tasks", lambda tasks: tasks.page.locator(".badge:has-text('held')").count() >= 5)
        # Whenever something has ended the daemon looks at the world.
        one.go("/")
        one.press("Scan now")
        one.settled()
        one.until("/", lambda home: "held" in home.text())
        one.click(".banner a:has-text('Look at the tasks')")
        held = one.page.locator(".badge:has-text('held')").count()
        for wrong in (held + 1, "all"):
            one.page.fill("#count", str(wrong))
            one.press("Approve all that are held")
            one.says("Not done:", "nothing was done", f"{held} by now")
            one.go("/tasks")
        left = [f"i{i:02}" for i in range(1, 9) if lies(served, f"items/i{i:02}")]
        assert len(left) >= held, "held tasks went all the same"
        # One is dropped: its files stay for good.
        row = one.page.locator("main tbody tr:has(.badge:has-text('held'))").first
        dropped = row.locator("th code").inner_text()
        with one.page.expect_navigation():
            row.locator("button:has-text('Drop')").click()
        one.says("Done:", "1 task dropped")
        # Given up is what a worker tried for hours: the state is put there by hand.
        given_up = one.page.locator("main tbody tr:has(.badge:has-text('held')) input[name=id]").first.get_attribute("value")
        served.sql(f"UPDATE foundling_outbox SET state = 'dead', reason = 'it was open' WHERE id = {given_up}")
        one.go("/tasks")
        one.says("Retry 1 task that was given up", "it was open")
        row = one.page.locator("main tbody tr:has(.badge:has-text('held'))").first
        single = row.locator("th code").inner_text()
        with one.page.expect_navigation():
            row.locator("button:has-text('Approve')").click()
        one.says("1 task approved")
        one.until("/tasks", lambda tasks: not lies(served, f"items/{single}"))
        one.go("/tasks")
        one.page.fill("#count", str(held - 3))
        one.press("Approve all that are held")
        one.says(f"{held - 3} task")
        one.go("/tasks")
        one.press("Retry 1 task that was given up")
        one.says("1 task will be tried again")
        one.until("/tasks", lambda tasks: tasks.page.locator(".badge:has-text('dead')").count() == 0)
        assert lies(served, f"items/{dropped}"), "what was dropped is gone"


def orders_that_come_late(browser, served, tokens):
    """A task that a worker took up meanwhile is not approved once more."""
    with tab(browser, served.base, tokens["operator"]) as one:
        served.sql(
            "UPDATE foundling_outbox SET state = 'held' WHERE id = (SELECT min(id) FROM foundling_outbox WHERE state = 'done')")
        one.go("/tasks")
        row = one.page.locator("main tbody tr:has(.badge:has-text('held'))").first
        served.sql("UPDATE foundling_outbox SET state = 'done' WHERE state = 'held'")
        with one.page.expect_navigation():
            row.locator("button:has-text('Approve')").click()
        one.says("Not done:", "no task is in that state any more")


def nothing_there(browser, served, tokens):
    """Database away, store away: said on every page, nothing pretended, and over once it is over."""
    with tab(browser, served.base, tokens["operator"]) as one:
        for name, banner, check in (
            ("app.db", "The database cannot be read", "Database"), ("data", "The store cannot be used", "Store"),
        ):
            back = served.away(name)
            one.go("/")
            one.press("Scan now")
            assert "failed" in (ended := one.settled()) or "refused" in ended, ended
            one.until("/", lambda home: banner in home.text())
            for path in ("/orphans", "/plan", "/quarantine", "/runs", "/tasks", "/health"):
                status = one.go(path)
                assert banner in one.text() or "Not shown:" in one.text(), f"{path} does not say that {name} is away"
                assert status < 500 or "Not shown:" in one.text(), f"{path}: {status}"
            one.go("/health")
            one.says("needs a look")
            back()
            one.go("/")
            one.press("Scan now")
            assert "done" in (ended := one.settled()), ended
            one.until("/", lambda home: banner not in home.text())

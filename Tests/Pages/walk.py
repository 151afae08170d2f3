"""What a person does on the dashboard, step by step, in a real browser at a real daemon."""

import http.server
import threading

from browsing import same, tab

PAGES = ["/", "/orphans", "/dangling", "/plan", "/quarantine", "/runs", "/tasks", "/health"]
SIGN_OUT = ["/session/end"]


def lies(served, path):
    return (served.directory / "data" / path).exists()


def before_the_first_scan(browser, served, tokens):
    """Nothing is claimed to be known before anything was looked at."""
    with tab(browser, served.base) as nobody:
        nobody.until("/", lambda home: "The database cannot be read" in home.text())
        nobody.says("No scan yet")
        for path in ("/orphans", "/dangling"):
            nobody.go(path)
            nobody.says("No scan yet")
            assert nobody.page.locator("table").count() == 0
        nobody.go("/tasks")
        nobody.says("The queue cannot be asked")
    served.bring_back()
    lock = served.locked()
    with tab(browser, served.base, tokens["operator"]) as one:
        one.press("Scan now")
        one.says("The first scan is under way")
        lock.close()
        assert "done" in one.settled()
        one.until("/", lambda home: "Warning: 83 orphans hold" in home.text())
        one.go("/tasks")
        one.says("no outbox", "foundling triggers install")


def signing_in(browser, served, tokens):
    """A token lets in, another one does not, and a viewer is shown no form."""
    with tab(browser, served.base) as one:
        for path in PAGES:
            one.go(path)
            assert one.forms() == [], f"{path} shows forms to nobody"
        one.sign_in("fdl_00000000_no-such-token")
        one.says("Not signed in:", "not known, or was revoked")
        assert one.page.context.cookies() == [], "a wrong token got a session"
        one.go("/login?next=//elsewhere.example/")
        assert one.page.get_attribute("input[name=next]", "value") == "/", "a link leads away from here"
        one.sign_in(tokens["operator"], "/health")
        assert one.page.url == f"{served.base}/health"
        cookie = one.page.context.cookies()[0]
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
        one.says("Signed in as ops", within="header")
        one.press("Sign out", "header")
        assert one.page.context.cookies() == []
    with tab(browser, served.base, tokens["viewer"]) as viewer:
        for path in PAGES:
            viewer.go(path)
            assert viewer.forms() == SIGN_OUT, f"{path} shows a viewer {viewer.forms()}"
            viewer.says("This dashboard only shows.", within="header")
            assert str(served.directory) not in viewer.page.content(), f"{path} tells a viewer where things lie"


def a_scan(browser, served, tokens):
    """The panel follows what is under way, and the page shows what came of it."""
    with tab(browser, served.base, tokens["operator"]) as one:
        streams = []
        one.page.on("request", lambda request: streams.append(request.url) if request.url.endswith("/events") else None)
        lock = served.locked()
        one.press("Scan now")
        one.page.wait_for_selector(".work[data-activity] progress")
        one.says("Scan:", "Scanning…")
        assert one.page.is_disabled("button:has-text('Scanning…')")
        again = same(one)
        again.go("/")
        again.says("Scanning…")
        again.page.close()
        lock.close()
        assert "done" in one.settled()
        one.says("Last scan")
        assert streams, "the page did not follow the events"
        assert one.page.locator("meta[http-equiv=refresh]").count() == 0


def a_scan_without_script(browser, served, tokens):
    """Without a script the page loads itself again until it is over."""
    with tab(browser, served.base, tokens["operator"], java_script_enabled=False) as one:
        lock = served.locked()
        one.press("Scan now")
        assert one.page.locator(".work progress").count() == 1
        assert 'http-equiv="refresh"' in one.page.content()
        lock.close()
        assert "done" in one.settled()
        assert 'http-equiv="refresh"' not in one.page.content()
        # All boxes at once is the one thing that needs a script, and is not offered without.
        one.go("/orphans")
        assert not one.page.locator("[data-all-row]").is_visible()


def two_orphans_there_and_back(browser, served, tokens):
    """Choose, plan, move aside, see the run, undo."""
    with tab(browser, served.base, tokens["operator"]) as one:
        one.go("/orphans?resource=trainings")
        paths = [one.page.locator("main tbody input[name=path]").nth(i).get_attribute("value") for i in range(2)]
        # Enter in the field for a reason must not plan.
        one.page.fill("#why", "kept by mistake")
        one.page.press("#why", "Enter")
        assert one.page.url.endswith("/orphans?resource=trainings")
        one.page.fill("#why", "")
        for i in range(2):
            one.page.locator("main tbody input[name=path]").nth(i).check()
        one.press("Plan the chosen")
        assert "nothing is changed yet" in one.settled()
        assert all(lies(served, path) for path in paths), "a plan moved something"
        one.says("2 entries", *paths)
        other = same(one)
        other.go("/plan")
        one.press("Move 2 entries aside")
        assert "it lies in quarantine" in one.settled()
        assert not any(lies(served, path) for path in paths)
        # The other tab still shows the plan as it was.
        other.press("Move 2 entries aside")
        other.says("Not done:", "applied already")
        other.page.close()
        one.says("2 moved")
        one.click(".work a:has-text('Look at the run')")
        one.says("in the dashboard", *paths)
        one.press("Undo: put all of it back")
        assert "back at its place" in one.settled()
        one.says("2 restored")
        assert all(lies(served, path) for path in paths), "not all is back"
        one.go("/orphans?resource=trainings")
        one.says(*paths)
        one.go("/plan")
        one.says("Carried out")
        assert "/plan/apply" not in one.forms()


def a_plan_over_a_limit(browser, served, tokens):
    """What goes over a limit wants the number of entries, typed."""
    with tab(browser, served.base, tokens["operator"]) as one:
        one.press("Plan a clean-up")
        one.settled()
        one.says("Guard:", "max_orphans allows 20%", "83 entries")
        for wrong in ("82", "830", "yes", "-83"):
            one.go("/plan")
            one.page.fill("#entries", wrong)
            one.press("Move 83 entries aside")
            one.says("Not done:", "nothing was moved")
            one.click("a:has-text('Go back')")
            one.says("83 entries")
        one.go("/orphans")
        assert one.page.locator("main tbody tr").count() == 83
        one.go("/plan")
        one.page.fill("#entries", "83")
        one.press("Move 83 entries aside")
        assert "it lies in quarantine" in one.settled()
        one.go("/orphans")
        one.says("No orphans")
        one.go("/quarantine")
        one.says("83 entries")


def purging(browser, served, tokens):
    """Gone for good only by the name of the run; putting back a single item before."""
    with tab(browser, served.base, tokens["operator"]) as one:
        one.go("/quarantine")
        run = one.page.inner_text("main tbody th code")
        one.click(f"main tbody a[href='/runs/{run}']")
        path = one.page.inner_text("main tbody tr >> nth=0 >> code")
        one.click("main tbody tr >> nth=0 >> button:has-text('Restore')")
        one.settled()
        assert lies(served, path), "one item did not come back"
        for wrong in (run[:-1], "yes"):
            one.go("/quarantine")
            one.page.click("main summary:has-text('Purge')")
            one.page.fill("input[name=confirm]", wrong)
            one.press("Purge", "main details[open]")
            one.says("Not done:", "type the run's name")
        one.go("/quarantine")
        one.says("82 entries")
        one.page.click("main summary:has-text('Purge')")
        one.page.fill("input[name=confirm]", run)
        one.press("Purge", "main details[open]")
        assert "removed for good" in one.settled()
        one.says("Nothing lies in quarantine")
        one.go("/runs")
        one.says("82 purged", "1 restored")
        assert lies(served, path)


def keeping(browser, served, tokens):
    """What is kept for a reason is no orphan after the next scan, which follows by itself."""
    with tab(browser, served.base, tokens["operator"]) as one:
        one.go("/orphans")
        box = one.page.locator("main tbody input[name=path]").first
        path = box.get_attribute("value")
        one.press("Keep the chosen")
        one.says("Not done:", "nothing was chosen")
        one.go("/orphans")
        one.page.locator("main tbody input[name=path]").first.check()
        one.page.fill("#why", "the auditors want <it>")
        one.press("Keep the chosen")
        one.settled()
        assert one.page.locator(f"input[value='{path}']").count() == 0, "what is kept is still in the list"
        assert lies(served, path)


def keeping_nothing_by_chance(browser, served, tokens):
    """A form that names nothing does nothing, and says so."""
    with tab(browser, served.base, tokens["operator"]) as one:
        for act in ("Plan the chosen", "Keep the chosen"):
            one.go("/orphans")
            one.press(act)
            one.says("Not done:", "nothing was chosen")
            one.click("a:has-text('Go back')")
            assert one.page.url.endswith("/orphans")


def narrowing_and_paging(browser, served, tokens):
    """Every orphan is on exactly one page; filters and orders do what they say."""
    with tab(browser, served.base, tokens["operator"]) as one:
        one.press("Scan now")
        one.settled()
        one.go("/orphans?sort=path")
        total, paths = int(one.text(".pager").split(" of ")[1].split()[0].replace(",", "")), []
        while True:
            paths += one.page.locator("main td.path > code").all_inner_texts()
            if not one.page.locator(".pager a[rel=next]").count():
                break
            one.click(".pager a[rel=next]")
        assert len(paths) == total == len(set(paths)) and total > 250, f"{len(paths)} of {total}"
        one.click(".pager a[rel=first]")
        assert one.page.locator("main td.path > code").first.inner_text() == paths[0]
        one.page.select_option("#resource", "things")
        one.page.fill("#contains", "plain_000000")
        one.page.select_option("#sort", "path")
        one.press("Show")
        found = one.page.locator("main td.path > code").all_inner_texts()
        assert found == [f"things/plain_000000{i}" for i in range(10)], found
        assert one.page.input_value("#contains") == "plain_000000"
        one.page.fill("#contains", "no such name")
        one.press("Show")
        one.says("Nothing of that kind")
        one.go("/orphans?sort=-size&contains=plain_")
        sizes = one.page.locator("main td:has(+ .path)").all_inner_texts()
        assert len(sizes) == 100
        one.go("/orphans?sort=path")
        one.page.check("[data-all]")
        assert one.page.locator("main tbody input[name=path]:checked").count() == one.page.locator("main tbody input[name=path]").count() > 80
        one.press("Plan the chosen")
        one.settled()
        one.go("/orphans?cursor=nonsense")
        one.says("Not shown:", "Go to the overview")
        one.go("/no/such/page")
        one.says("there is no page")


def who_sends_a_form(browser, served, tokens):
    """A form by a page elsewhere, by another session or by none at all does nothing."""
    with tab(browser, served.base, tokens["operator"]) as one:
        one.go("/")
        csrf = one.page.get_attribute("main input[name=csrf]", "value")
        one.page.evaluate("document.querySelectorAll('main input[name=csrf]').forEach(f => f.value = 'a'.repeat(64))")
        one.press("Scan now")
        one.says("Not done:", "not sent by a page of this session")

        page = (f"<!DOCTYPE html><title>elsewhere</title><form method=post action='{served.base}/scan'>"
                f"<input name=csrf value='{csrf}'><button>Win</button></form>").encode()

        class Elsewhere(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        # The same site by the rules of cookies, which know no ports: the session's cookie goes along.
        elsewhere = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        other = same(one)
        other.page.goto(f"http://127.0.0.1:{elsewhere.server_port}/page")
        other.click("text=Win")
        other.says("Not done:", "not sent by a page of this session")
        other.page.close()
        elsewhere.shutdown()

        # Signed out in one tab, the other one has a form left.
        other = same(one)
        one.go("/")
        other.go("/")
        other.press("Sign out", "header")
        one.press("Scan now")
        one.says("Not done:", "nothing was done")
        one.click("a:has-text('Sign in')")
        one.page.fill("#token", tokens["operator"])
        one.press("Sign in")
        assert one.page.url == f"{served.base}/", one.page.url

    token = served.token("leaver")
    with tab(browser, served.base, token) as one:
        one.go("/plan")
        served.revoke(token)
        one.press("Make a plan")
        one.says("Not done:", "the session has ended: nothing was done")
        one.go("/plan")
        assert one.forms() == []

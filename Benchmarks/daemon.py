"""A `foundling serve` of our own, for `script/bench serve` and `script/soak`: started, asked, killed, started again."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """One that listens on loopback, with the manifest in `path`, and logs into `path`/serve.log."""

    def __init__(self, foundling, path, name):
        self.foundling, self.path, self.name = foundling, path, name
        self.port, self.process, self.token = free_port(), None, None

    def call(self, *arguments, okay=(0,)):
        done = subprocess.run(
            [self.foundling, *arguments], cwd=self.path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        if done.returncode not in okay:
            sys.exit(
                f"{self.name}: foundling {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def authorize(self):
        self.token = self.call(
            "token", "create", "-m", "foundling.yaml", "--name", self.name, "--role", "operator", "--quiet")

    def start(self):
        """Returns how long it took until it answered."""
        began = time.monotonic()
        with open(f"{self.path}/serve.log", "a") as log:
            self.process = subprocess.Popen(
                [self.foundling, "serve", "-m", "foundling.yaml", "--port", str(self.port)], cwd=self.path,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        while time.monotonic() - began < 60:
            if self.process.poll() is not None:
                sys.exit(f"{self.name}: serve ended at once: exit {self.process.returncode}\n{self.log()}")
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.05)
        self.kill()
        sys.exit(f"{self.name}: serve does not answer within a minute\n{self.log()}")

    def ask(self, method, target, timeout=30, body=None):
        """Status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, target, body=None if body is None else json.dumps(body), headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def begin_scan(self):
        """Where to ask for it; None where one is at work already and answers 409."""
        status, headers, body = self.ask("POST", "/api/v1/scans")
        if status == 409:
            return None
        if status != 202:
            sys.exit(f"{self.name}: POST /api/v1/scans: {status}\n{body.decode(errors='replace')}")
        return {key.lower(): value for key, value in headers.items()}["location"]

    def scan_state(self, location):
        status, _, body = self.ask("GET", location)
        if status != 200:
            sys.exit(f"{self.name}: GET {location}: {status}\n{body.decode(errors='replace')}")
        return json.loads(body)

    def memory(self):
        """What it occupies, and did at most, in bytes."""
        with open(f"/proc/{self.process.pid}/status") as handle:
            lines = dict(line.split(":", 1) for line in handle)
        return tuple(int(lines[key].split()[0]) * 1024 for key in ("VmRSS", "VmHWM"))

    def holdings(self):
        """How many descriptors and threads it has; nothing where it is gone."""
        try:
            return tuple(len(os.listdir(f"/proc/{self.process.pid}/{name}")) for name in ("fd", "task"))
        except OSError:
            return None

    def log(self, lines=30):
        with open(f"{self.path}/serve.log") as handle:
            return "".join(handle.readlines()[-lines:])

    def kill(self):
        """As the kernel would where memory ran out; with its children, where it has any."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """As systemd does. Returns its exit status."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.kill()
            return "killed: it did not end within two minutes"

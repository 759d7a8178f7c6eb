# SPDX-License-Identifier: Apache-2.0
"""A browser to be measured."""
import contextlib
import glob
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

import servers


class Chromium:
    """A headless browser, driven over chromedriver's own protocol."""

    def __init__(self, folder):
        self.port = servers.free_port()
        driver = servers.binary("chromedriver", "chromium-driver")
        self.process = subprocess.Popen([driver, f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        self.session = ""
        for _ in range(100):
            with contextlib.suppress(OSError):
                self.ask("GET", "/status")
                break
            time.sleep(0.1)
        options = {"binary": servers.binary("chromium", "chromium"),
                   "args": ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1400,1400",
                            "--enable-precise-memory-info", "--js-flags=--expose-gc", f"--user-data-dir={folder}/profile"]}
        answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self.session = "/session/" + answer["sessionId"]
        self.ask("POST", "/timeouts", {"script": 120_000})

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.session}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            sys.exit(f"the browser's driver answered {refused.code}: {refused.read(500)!r}")

    def open(self, url):
        self.ask("POST", "/url", {"url": "about:blank"})
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """The value that an asynchronous script gives to the function that is its last argument."""
        return self.ask("POST", "/execute/async", {"script": script, "args": arguments})

    def cpu_seconds(self):
        """CPU seconds of all current processes of the browser."""
        seconds = 0
        for path in glob.glob("/proc/[0-9]*/stat"):
            with contextlib.suppress(OSError):
                with open(path) as stat:
                    session = stat.read().rsplit(")", 1)[1].split()[3]
                if int(session) == self.process.pid:
                    seconds += servers.stat_seconds(path)
        return seconds

    def close(self):
        with contextlib.suppress(OSError):
            self.ask("DELETE", "")
        self.process.terminate()

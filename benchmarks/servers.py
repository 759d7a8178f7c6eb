# SPDX-License-Identifier: Apache-2.0
"""Servers to be measured. Each starts on a free loopback port, is observed through /proc and is always ended."""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def require_built(module, home=HOME):
    """Exits with a message unless this module of the checkout is built: monitor, lab or trainer."""
    if not os.path.isdir(os.path.join(home, module, "target/lib")):
        command = {"monitor": "monitor", "lab": "replay", "trainer": "train"}[module]
        sys.exit(f"{home}: {module} is not built; {home}/foreshock {command} --help builds it")


def binary(name, package):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/bin:/usr/bin")
    if not path:
        sys.exit(f"{name} not found: apt-get install {package}, or leave it out with --only")
    return path


class Server:
    """A child process that receives line protocol over HTTP. It is a context manager; leaving it ends the process."""

    write_path = "/api/v2/write?precision=ns"
    health_path = "/health"

    def __init__(self, name, folder, environment=None):
        self.name = name
        self.folder = os.path.join(folder, re.sub(r"\W+", "-", name))  # JAVA_OPTS is split at spaces
        os.makedirs(self.folder, exist_ok=True)
        self.environment = environment
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self, timeout=60):
        """Starts the server, waits until it answers, and returns how many seconds that took."""
        began = time.monotonic()
        self.launch()
        while not self.up():
            if self.process.poll() is not None:
                sys.exit(f"{self.name} ended with {self.process.returncode}:\n{self.log_tail()}")
            if time.monotonic() - began > timeout:
                sys.exit(f"{self.name} is not up after {timeout} s:\n{self.log_tail()}")
            time.sleep(0.01)
        return time.monotonic() - began

    def launch(self):
        with open(self.folder + ".log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=self.folder,
                                            env=dict(os.environ, **(self.environment or {})), start_new_session=True)

    def up(self):
        try:
            self.get(self.health_path, timeout=2)
            return True
        except (OSError, urllib.error.URLError):
            return False

    def get(self, path, timeout=60):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as answer:
            return answer.read().decode()

    def json(self, path):
        return json.loads(self.get(path))

    def log_tail(self):
        with open(self.folder + ".log", errors="replace") as log:
            return log.read()[-2000:]

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self, how=signal.SIGTERM, timeout=30):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.resume()
            self.process.send_signal(how)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop(timeout=20)  # by a signal first, so that a flight recording is written

    def drain(self, timeout=120):
        """Waits until queries find everything acknowledged, and returns how many seconds that took; None: unknown."""
        time.sleep(1)  # both rivals write their memory to disk once a second
        return None

    # read from /proc

    def cpu_seconds(self):
        return stat_seconds(f"/proc/{self.process.pid}/stat")

    def thread_seconds(self):
        """CPU seconds of each current thread, by (id, name)."""
        seconds, folder = {}, f"/proc/{self.process.pid}/task"
        for task in os.listdir(folder):
            with contextlib.suppress(OSError):
                with open(f"{folder}/{task}/comm") as name:
                    seconds[task, name.read().strip()] = stat_seconds(f"{folder}/{task}/stat")
        return seconds

    def peak_megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


class Foreshock(Server):
    """`./foreshock monitor` of a checkout that is already built. It has the defaults unless `config` is given."""

    def __init__(self, folder, name="foreshock", home=HOME, config=None):
        super().__init__(name, folder, {"FORESHOCK_BUILD": "never"})
        # DuckDB's driver may unpack its library to the temporary directory, and a killed process leaves it there
        self.environment["JAVA_OPTS"] = f"{os.environ.get('JAVA_OPTS', '')} -Djava.io.tmpdir={self.folder}"
        self.home = os.path.abspath(home)
        self.data = os.path.join(self.folder, "data")
        self.config = None
        require_built("monitor", self.home)
        if config is not None:
            self.config = os.path.join(self.folder, "foreshock.yaml")
            with open(self.config, "w") as file:
                file.write(config)

    def command(self):
        command = [os.path.join(self.home, "foreshock"), "monitor", "--port", str(self.port), "--data", self.data]
        return command + (["--config", self.config] if self.config else [])

    def metric(self, name):
        for line in self.get("/metrics").splitlines():
            if line.startswith(name + " ") or line.startswith(name + "{"):
                return float(line.rsplit(" ", 1)[1])
        raise KeyError(f"{name} is not among the metrics of {self.name}")

    def drain(self, timeout=120):
        began = time.monotonic()
        while self.metric("foreshock_store_lag_entries") > 0:
            if time.monotonic() - began > timeout:
                sys.exit(f"{self.name}: the store is still behind after {timeout} s:\n{self.log_tail()}")
            time.sleep(0.01)
        return time.monotonic() - began

    def stored_lines(self, runs):
        """The number of lines that the REST API returns."""
        lines = 0
        for run in runs:
            for query in ("measurement=train_step&fields=loss", "measurement=train_layer&fields=grad_rms"):
                answer = self.json(f"/api/v1/runs/{run}/series?{query}&buckets=100")
                lines += sum(sum(series["count"]) for series in answer["series"])
        return lines


class VictoriaMetrics(Server):
    def __init__(self, folder, name="victoriametrics"):
        super().__init__(name, folder)
        self.path = binary("victoria-metrics", "victoria-metrics")

    def command(self):
        return [self.path, f"-storageDataPath={self.folder}/data", f"-httpListenAddr=127.0.0.1:{self.port}",
                "-retentionPeriod=100y"]

    def stored_lines(self, _runs):
        rows = {line.split("{")[1].split("}")[0]: int(float(line.rsplit(" ", 1)[1]))
                for line in self.get("/metrics").splitlines() if line.startswith("vm_rows_inserted_total{")}
        return rows['type="influx"']  # VictoriaMetrics counts fields, not lines


class InfluxDb(Server):
    write_path = "/write?db=foreshock&precision=ns"
    health_path = "/ping"

    def __init__(self, folder, name="influxdb"):
        super().__init__(name, folder)
        self.path = binary("influxd", "influxdb")
        self.config = os.path.join(self.folder, "influxdb.conf")
        with open(self.config, "w") as file:
            file.write(f"""reporting-disabled = true
bind-address = "127.0.0.1:{free_port()}"
[meta]
  dir = "{self.folder}/meta"
[data]
  dir = "{self.folder}/data"
  wal-dir = "{self.folder}/wal"
[http]
  bind-address = "127.0.0.1:{self.port}"
""")

    def command(self):
        return [self.path, "-config", self.config]

    def start(self, timeout=60):
        seconds = super().start(timeout)
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/query", data=b"q=CREATE DATABASE foreshock").read()
        return seconds

    def stored_lines(self, _runs):
        query = "SELECT count(loss) FROM train_step; SELECT count(grad_rms) FROM train_layer"
        answer = self.json("/query?db=foreshock&q=" + urllib.parse.quote(query))
        return sum(result["series"][0]["values"][0][1] for result in answer["results"] if "series" in result)


class Connection:
    """One keep-alive connection for writes."""

    def __init__(self, server):
        self.server = server
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, body, zipped=False):
        """Sends lines, and returns the status and the body of the answer."""
        encoding = "Content-Encoding: gzip\r\n" if zipped else ""
        head = (f"POST {self.server.write_path} HTTP/1.1\r\nHost: localhost\r\n{encoding}"
                f"Content-Length: {len(body)}\r\n\r\n")
        self.socket.sendall(head.encode() + body)
        answer = self.receive()
        while b"\r\n\r\n" not in answer:
            answer += self.receive()
        head, text = answer.split(b"\r\n\r\n", 1)
        length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while length and len(text) < int(length[0][15:]):
            text += self.receive()
        return int(head[9:12]), text

    def receive(self):
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError(f"{self.server.name} closed the connection")
        return part

    def close(self):
        self.socket.close()


def stat_seconds(path):
    with open(path) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def machine_seconds():
    """CPU seconds that the whole machine was busy, including stolen time."""
    with open("/proc/stat") as stat:
        values = [int(v) for v in stat.readline().split()[1:9]]
    return (sum(values) - values[3] - values[4]) / TICKS


def end_cleanly_on_signals():
    """Makes SIGTERM and SIGHUP raise, so that `with` blocks end what they started."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))

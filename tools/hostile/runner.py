"""One run of the program in its own folder, within limits, and the checks after each run."""

import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

MIB = 1 << 20
# Seconds of a CPU, of a clock, and bytes in memory that no run of the harness's sizes needs.
CPU, CLOCK, MEMORY = 10, 30, 1536 * MIB


@dataclass
class Case:
    """What to run. Paths in `args` are names in the run's folder, which is the working directory."""

    args: list
    stdin: bytes = b""
    stdout: str = "file"  # file, full, closed, broken (a pipe that nobody reads)
    stderr: str = "file"
    env: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)  # resource: soft limit
    nobody: bool = False  # as a user without rights, if this one may
    signal: tuple = None  # (signal, seconds after the start)
    outputs: tuple = ()  # names that may be new, or replaced
    removed: tuple = ()  # names that may be gone
    codes: tuple = (0, 1, 2)  # exit codes that are right
    after: object = None  # called at the end with the folder; says what is wrong
    reader: str = None  # a pipe to read from meanwhile


class Finding(Exception):
    """What a run should not have done."""


def prepared(case):
    """Limits, in the child."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (6144 * MIB, 6144 * MIB))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU + 5, CPU + 5))
    for what, limit in case.limits.items():
        resource.setrlimit(what, (limit, resource.getrlimit(what)[1]))
    for what in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(what, signal.SIG_DFL)
    if case.nobody and os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def stream(kind, path):
    """A file descriptor for standard output or error."""
    if kind == "full":
        return os.open("/dev/full", os.O_WRONLY)
    if kind == "broken":
        read, write = os.pipe()
        os.close(read)
        return write
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)


def snapshot(folder):
    """Kind, permissions and content of everything in a folder."""
    seen = {}
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(root, name)
            about = os.lstat(path)
            what = (stat.S_IFMT(about.st_mode), stat.S_IMODE(about.st_mode), about.st_rdev)
            if stat.S_ISREG(about.st_mode):
                with open(path, "rb") as file:
                    # Of a large file, which is sparse, its beginning.
                    what += (about.st_size, file.read(MIB))
            elif stat.S_ISLNK(about.st_mode):
                what += (os.readlink(path),)
            seen[os.path.relpath(path, folder)] = what
    return seen


def children(session):
    """The processes of a session that are still there."""
    left = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", "rb") as file:
                fields = file.read().rpartition(b") ")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] not in (b"Z", b"X"):
            left.append(int(entry))
    return left


def start(program, case, folder, streams):
    """The program, started in a session of its own."""
    closed = [fd for fd, kind in ((1, case.stdout), (2, case.stderr)) if kind == "closed"]

    def child():
        prepared(case)
        for fd in closed:
            os.close(fd)

    return subprocess.Popen(
        [program, *case.args],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **case.env},
        stdin=subprocess.PIPE if case.stdin else subprocess.DEVNULL,
        stdout=streams[0],
        stderr=streams[1],
        preexec_fn=child,
        start_new_session=True,
    )


def finish(process, case):
    """Waits for the program: its status and what it used."""
    begun, sent = time.monotonic(), False
    if case.stdin:
        # Nobody reads more than a pipe holds of a program that has ended.
        try:
            process.stdin.write(case.stdin)
            process.stdin.close()
        except OSError:
            pass
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        elapsed = time.monotonic() - begun
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used
        if case.signal and not sent and elapsed >= case.signal[1]:
            os.kill(process.pid, case.signal[0])
            sent = True
        if elapsed > CLOCK:
            os.killpg(process.pid, signal.SIGKILL)
            os.wait4(process.pid, 0)
            process.returncode = -signal.SIGKILL
            raise Finding("hang", f"no end in {CLOCK} s")
        time.sleep(0.001 if elapsed < 0.2 else 0.01)


def check_status(case, code, used):
    """The exit code, time and memory."""
    if code == 101:
        raise Finding("panic", "exit code 101")
    by_signal = case.signal and code == -case.signal[0]
    if code < 0 and not by_signal:
        raise Finding("crash", f"ended by {signal.Signals(-code).name}")
    if code >= 0 and code not in (0, 1, 2):
        raise Finding("exit code", f"{code}")
    if code >= 0 and code not in case.codes:
        raise Finding("verdict", f"exit code {code}, expected one of {case.codes}")
    if used.ru_utime + used.ru_stime > CPU:
        raise Finding("slow", f"{used.ru_utime + used.ru_stime:.1f} s of a CPU")
    if used.ru_maxrss * 1024 > MEMORY:
        raise Finding("memory", f"{used.ru_maxrss // 1024} MiB")


def check_text(case, code, out, err):
    """What was printed."""
    for name, text in (("standard output", out), ("standard error", err)):
        if text is None:
            continue
        try:
            text = text.decode()
        except UnicodeDecodeError:
            raise Finding("text", f"{name} is not UTF-8") from None
        steering = [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160]
        if steering:
            raise Finding("control character", f"{steering[0]!r} on {name}")
    if code == 2 and err == b"":
        raise Finding("silent", "exit code 2, and nothing said")
    helped = code == 0 and {"-h", "--help", "help", "-V", "--version"} & set(case.args)
    if "--json" in case.args and code in (0, 1, 2) and out is not None and not case.signal and not helped:
        try:
            document = json.loads(out)
        except ValueError:
            raise Finding("json", f"exit code {code}, standard output is no JSON: {out[:80]!r}") from None
        if not str(isinstance(document, dict) and document.get("schema")).startswith("halfulp."):
            raise Finding("json", "a document without a schema")


def whole(path):
    """Whether a file that was written is one."""
    with open(path, "rb") as file:
        content = file.read()
    name = str(path)
    try:
        if name.endswith((".svg", ".xml")):
            ElementTree.fromstring(content)
        elif name.endswith(".html"):
            return content.rstrip().endswith(b"</html>")
        elif name.endswith(".safetensors"):
            length = int.from_bytes(content[:8], "little")
            ends = [v["data_offsets"][1] for k, v in json.loads(content[8 : 8 + length]).items() if k != "__metadata__"]
            return len(content) == 8 + length + max(ends, default=0)
        elif name.endswith(".npy"):
            return content.startswith(b"\x93NUMPY")
    except (ElementTree.ParseError, ValueError, KeyError):
        return False
    return True


def check_files(case, folder, before):
    """Nothing destroyed, nothing left behind, nothing half written."""
    now = snapshot(folder)
    for name, what in before.items():
        if name in case.removed and name not in now:
            continue
        if name not in now or now[name][0] != what[0] or now[name][2] != what[2]:
            raise Finding("destroyed", f"{name} is no longer what it was")
        # Links are what they were, and so are files but for outputs, whose permissions stay.
        replaced = name in case.outputs and stat.S_ISREG(what[0])
        if now[name][1] != what[1] or (not replaced and now[name] != what and not stat.S_ISDIR(what[0])):
            raise Finding("destroyed", f"{name} has changed")
    for name in now.keys() - before.keys():
        if not any(name == output or name.startswith(output + "/") for output in case.outputs):
            raise Finding("left behind", name)
        if stat.S_ISREG(now[name][0]) and not whole(folder / name):
            raise Finding("half written", name)


def run(program, make, rng):
    """Makes a case in a new folder and runs it. Raises what it should not have done."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    logs = Path(tempfile.mkdtemp(prefix="hostile-logs-"))
    process = None
    try:
        case = make(rng, folder)
        os.chmod(folder, 0o777)
        before = snapshot(folder)
        streams = [stream(kind, logs / name) for kind, name in ((case.stdout, "out"), (case.stderr, "err"))]
        if case.reader:
            reader = subprocess.Popen(["cat", folder / case.reader], stdout=subprocess.DEVNULL)
        process = start(program, case, folder, streams)
        for fd in streams:
            os.close(fd)
        try:
            code, used = finish(process, case)
        finally:
            if case.reader:
                reader.kill()
                reader.wait()
        texts = [(logs / name).read_bytes() if kind == "file" else None for kind, name in ((case.stdout, "out"), (case.stderr, "err"))]
        case.err = (texts[1] or b"")[-300:]
        check_status(case, code, used)
        check_text(case, code, *texts)
        check_files(case, folder, before)
        if not case.signal and children(process.pid):
            time.sleep(0.5)
            if children(process.pid):
                raise Finding("left behind", "processes")
        if case.after:
            case.after(folder)
        return case, None
    except Finding as finding:
        return case, finding.args
    finally:
        for pid in children(process.pid) if process else []:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
        for path in (folder, logs):
            shutil.rmtree(path, ignore_errors=True)

"""Small programs that the tests run inside a container, to see what is seen from there."""

RIGHTS = """
import json, os, pathlib, sys

def writable(folder):
    proof = pathlib.Path(folder) / "proof"
    try:
        proof.write_text("x")
        proof.unlink()
    except OSError:
        return False
    return True

wanted = ("CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:")
status = dict(line.split(None, 1) for line in open("/proc/self/status") if line.startswith(wanted))
print(json.dumps({
    "user": os.getuid(),
    "writable": [folder for folder in sys.argv[1:] if writable(folder)],
    "rights": {name: int(value, 16) for name, value in status.items()},
}))
"""

# Every secret file that can be seen: its text, its mode and its owner.
SECRETS = """
import json, pathlib, stat
seen = {}
for path in pathlib.Path("/secrets").rglob("*"):
    if path.is_file():
        kept = path.stat()
        seen[str(path)] = [path.read_text().strip(), oct(stat.S_IMODE(kept.st_mode)), kept.st_uid]
print(json.dumps(seen, sort_keys=True))
"""

# The first process is a tiny init; its child is the service.
KILL = """
import os, pathlib, signal
for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
    parent = int(stat.read_text().rsplit(")")[1].split()[1])
    if parent == 1:
        os.kill(int(stat.parent.name), signal.SIGKILL)
"""

STRANGER = """
import asyncio, nats, nats.errors

async def complain(error):
    print(error)

async def main():
    try:
        await nats.connect(
            "nats://nats:4222", allow_reconnect=False, connect_timeout=3, error_cb=complain
        )
    except nats.errors.Error as refused:
        print(refused)
    else:
        print("let in")

asyncio.run(main())
"""

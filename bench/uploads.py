"""What pictures cost when many arrive at once: `make bench-uploads` (Linux only: /proc).

The largest that are allowed, in every format, one after the other; then twenty in parallel. Prints what each was
answered, and the most memory that all processes of the server took, beside what they took before.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from PIL import Image

from bench.against import THIS
from bench.audiences import parley, staged
from bench.servers import request
from bench.writers import Participant

UPLOADS = 20
ALONE = 9  # before that, one after the other: together they are as many as one person may send
WIDE = (6000, 4990)  # just below the limit of pixels
ALLOWED = {200, 403, 409, 413, 422, 429, 503}


def pictures() -> dict[str, bytes]:
    """The largest of each format and kind, and two that are refused for the memory they would take."""
    flat = Image.new("RGB", WIDE, (20, 90, 90))
    return {
        "PNG": encoded(flat, "PNG"),
        "PNG with transparency": encoded(flat.convert("RGBA"), "PNG"),
        "PNG with a palette": encoded(flat.convert("P"), "PNG"),
        "JPEG": encoded(flat, "JPEG", subsampling="4:4:4"),
        "JPEG hardly above the kept size": encoded(flat.resize((4790, 4790)), "JPEG"),
        "progressive JPEG": encoded(flat, "JPEG", progressive=True),
        "progressive JPEG, whole colours": encoded(flat, "JPEG", progressive=True, subsampling="4:4:4"),
        "GIF": encoded(flat.convert("P"), "GIF"),
        "WebP": encoded(flat.resize((2440, 2440)), "WEBP", lossless=True),
        "WebP, too large": encoded(flat, "WEBP"),
    }


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def send(port: int, writer: Participant, theme: int, content: bytes) -> tuple[int, str]:
    mark = uuid4().hex
    (form,) = writer.browser.reply_forms(writer.opening, [""])
    fields = {
        "csrfmiddlewaretoken": form.fields["csrfmiddlewaretoken"],
        "key": uuid4().hex,
        "file_alt": "A wall",
    }
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'.encode()
    body = b"".join([*parts, head, content, f"\r\n--{mark}--\r\n".encode()])
    headers = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Cookie": writer.browser.cookie,
        "Origin": f"http://127.0.0.1:{port}",
    }
    answer, text = request(port, "POST", f"/themes/{theme}/files/", body, headers)
    return answer.status, text


def main() -> None:
    made = pictures()
    kinds = [list(made)[number % len(made)] for number in range(UPLOADS)]
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        environment = {
            "DJANGO_SETTINGS_MODULE": "forum.settings",
            "SECRET_KEY": token_urlsafe(50),
            "DATABASE_URL": f"sqlite:///{folder}/uploads.sqlite3",
            "REDIS_URL": "",
            "FILES_FOLDER": folder,
        }
        stage = staged(environment)
        with parley(stage, environment, THIS) as (server, writer):
            status, text = send(server.port, writer, stage["theme"], encoded(Image.new("RGB", (90, 60)), "PNG"))
            assert status == 200, text
            server.wait_until_it_is_quiet()
            idle = sum(server.resident().values())
            alone = {kind: send(server.port, writer, stage["theme"], made[kind])[0] for kind in list(made)[:ALONE]}
            print(f"one after the other: {alone}; {(sum(server.peak().values()) - idle) / 1000:.0f} MB more at most")
            begun, cpu = time.monotonic(), server.cpu()
            with ThreadPoolExecutor(UPLOADS) as pool:
                answers = list(pool.map(lambda kind: send(server.port, writer, stage["theme"], made[kind])[0], kinds))
            taken, peak = time.monotonic() - begun, sum(server.peak().values())
            server.wait_until_it_is_quiet()
            cpu, left = server.cpu() - cpu, sum(server.resident().values())
    for kind, status in sorted(zip(kinds, answers, strict=True)):
        print(f"{kind:36}{len(made[kind]) / 1000:>10,.0f} kB  {status}")
    assert set(answers) <= ALLOWED, answers
    print(f"{UPLOADS} uploads in {taken:.1f} s, {cpu:.1f} s of CPU; answered {dict(Counter(answers))}")
    more, stays = (peak - idle) / 1000, (left - idle) / 1000
    print(f"memory: {idle / 1000:.0f} MB idle, {more:.0f} MB more at most, {stays:.0f} MB more afterwards")


if __name__ == "__main__":
    main()

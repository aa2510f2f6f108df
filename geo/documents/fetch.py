"""One page from the network, when a person has typed its address. Nothing else goes online.

Only http and https on public addresses: the name is looked up once, every address it has must be
public, and the connection goes to the address that was checked, so that a page can neither lead
into the local network nor change its name's meaning in between. Redirects are checked alike.
"""

from __future__ import annotations

import gzip
import http.client
import io
import ipaddress
import socket
import ssl
import time
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from geo import __version__
from geo.documents.source import MAX_BYTES
from geo.errors import InputError

__all__ = ["Fetched", "fetch", "is_address"]

TIMEOUT_S = 10.0
TOTAL_S = 30.0
MAX_REDIRECTS = 5
CHUNK = 64 * 1024
_SAFE = "/?&=%:;,+@!$'()*~-._#[]"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: the bytes, their type and encoding as said, the last address."""

    data: bytes
    kind: str
    charset: str
    url: str


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was checked before, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Secure(_Plain):
    """The same over TLS; the certificate must be the name's."""

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def is_address(text: str) -> bool:
    """Whether a text is meant as the address of a page."""
    return text.strip().lower().startswith(("http://", "https://"))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as exc:
        raise InputError(f"{url[:200]!r} is not an address of a page.") from exc
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url[:200]!r} is not an address of a page; it starts with https://")
    if parts.username or parts.password:
        raise InputError("Leave user name and password out of the address; paste the text instead.")
    if port is not None and not 0 < port < 65536:
        raise InputError(f"{url[:200]!r} is not an address of a page.")
    return parts


def _public(host: str, port: int) -> str:
    """The address to connect to. Raises InputError unless all addresses of the host are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise InputError(
            f"{host[:100]} cannot be found: no network, or a slip in the address. "
            "Everything else works without the network; paste the text."
        ) from exc
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    for text in addresses:
        address = ipaddress.ip_address(text)
        inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        if not address.is_global or address.is_multicast or (inner and not inner.is_global):
            raise InputError(
                f"{host[:100]} is an address inside this computer or its network, which Dateline "
                "does not open. Save the page to a file, or paste the text."
            )
    return addresses[0]


def _unpacked(data: bytes, encoding: str, host: str) -> bytes:
    """The bytes without their compression, up to the size limit."""
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise InputError(f"{host} sends the page in a form ({encoding[:20]}) that is not read.")
    try:
        if encoding == "deflate":
            found = zlib.decompressobj().decompress(data, MAX_BYTES + 1)
        else:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                found = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as exc:
        raise InputError(f"{host} sent a damaged page. Try again, or paste the text.") from exc
    return found


def _too_large(host: str) -> InputError:
    return InputError(f"The page of {host} is larger than 20 MB. Paste the text that matters.")


def fetch(url: str) -> Fetched:
    """Get a page. Raises InputError with what to do where it cannot be had."""
    stop = time.monotonic() + TOTAL_S
    for _ in range(MAX_REDIRECTS + 1):
        parts = _parts(url)
        host = str(parts.hostname)
        secure = parts.scheme.lower() == "https"
        port = parts.port or (443 if secure else 80)
        connection = (_Secure if secure else _Plain)(host, port, _public(host, port))
        target = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            target += "?" + quote(parts.query, safe=_SAFE)
        try:
            connection.request(
                "GET",
                target,
                headers={
                    "User-Agent": f"Dateline/{__version__} (reads one page for its user)",
                    "Accept": "text/html, application/xhtml+xml, application/rss+xml, "
                    "application/atom+xml, application/pdf, text/plain, */*;q=0.5",
                    "Accept-Encoding": "gzip, identity",
                    "Connection": "close",
                },
            )
            answer = connection.getresponse()
            where = answer.getheader("Location")
            if answer.status in (301, 302, 303, 307, 308) and where:
                url = urljoin(url, where)
                continue
            if answer.status != 200:
                raise InputError(
                    f"{host} answered {answer.status} {answer.reason}. Open the page in a browser "
                    "and paste its text."
                )
            data = _body(answer, stop, host)
        except (OSError, http.client.HTTPException) as exc:
            raise InputError(
                f"{host} cannot be read ({str(exc)[:120] or type(exc).__name__}). Try again later, "
                "or paste the text. Behind a proxy, save the page to a file and choose that."
            ) from exc
        finally:
            connection.close()
        encoding = (answer.getheader("Content-Encoding") or "").strip().lower()
        data = _unpacked(data, encoding, host)
        if len(data) > MAX_BYTES:
            raise _too_large(host)
        kind = answer.headers.get_content_type()
        return Fetched(data, kind, answer.headers.get_content_charset() or "", url)
    raise InputError(f"{url[:200]} sends from address to address without end. Paste the text.")


def _body(answer: http.client.HTTPResponse, stop: float, host: str) -> bytes:
    pieces, size = [], 0
    while chunk := answer.read(CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise _too_large(host)
        if time.monotonic() > stop:
            raise InputError(f"{host} is too slow. Try again later, or paste the text.")
        pieces.append(chunk)
    return b"".join(pieces)

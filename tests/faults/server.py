# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""A portal with archive links on another origin that goes wrong in every way that it is told to.

Faults are functions that change an answer before it goes out, so that any of them can be put on any
request, alone or together. Every request is written down with all its headers."""

import dataclasses
import hashlib
import json
import re
import socket
import socketserver
import struct
import threading
import time
import urllib.parse
from base64 import b64encode
from typing import Callable, Optional

USERNAME = 'jane@example.com'
KEY = '5ecret-0000-4000-8000-key'
SIGNATURE = 's3cret'
SECRETS = f'{KEY}|{SIGNATURE}'.encode()
BLOCK = 64 * 1024
REASONS = {200: 'OK', 206: 'Partial Content', 302: 'Found', 307: 'Temporary Redirect',
           401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 410: 'Gone',
           416: 'Range Not Satisfiable', 429: 'Too Many Requests', 500: 'Internal Server Error',
           502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout'}


@dataclasses.dataclass
class Request:
    method: str
    target: str
    headers: dict
    body: bytes
    origin: str
    head: str

    @property
    def path(self):
        return urllib.parse.urlsplit(self.target).path


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes = b''
    first: Optional[int] = None    # where in the archive the body begins
    framing: str = 'length'        # or chunked, or close
    head_cut: Optional[int] = None  # the connection is dropped after so many bytes of the head
    cut: Optional[int] = None      # or after so many of the body
    abrupt: bool = False           # dropped by a reset
    silent_at: Optional[int] = None  # body bytes after which nothing comes for a while
    silence: float = 0
    rate: float = 0                # of this answer, bytes a second, 0 as fast as it goes
    unfinished: bool = False       # a chunked body lacks its end

    @property
    def last(self):
        return self.first + len(self.body) - 1


class Archive:
    def __init__(self, body, etag=None):
        self.body = body
        self.sha256 = hashlib.sha256(body).hexdigest()
        self.etag = etag or f'"{self.sha256[:16]}"'
        self.digest = 'sha-256=:%s:' % b64encode(hashlib.sha256(body).digest()).decode()


@dataclasses.dataclass
class Rule:
    """A fault and whom it meets: so many answers of one of the origins, -1 for all of them."""
    fault: Callable
    times: int
    origin: str
    method: Optional[str]
    path: str

    def meets(self, request):
        return (self.times != 0 and self.origin == request.origin and
                self.method in (None, request.method) and re.search(self.path, request.path))


class Handler(socketserver.BaseRequestHandler):
    """One connection, from its first request to its last."""

    def setup(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.request.makefile('rb')

    def finish(self):
        self.reader.close()

    def handle(self):
        try:
            while (request := self.read()) is not None:
                answer = self.server.faulty.answer(request)
                if not self.write(request, answer):
                    return
        except OSError:
            pass  # the other side has gone, as it does when it is killed

    def read(self):
        lines = []
        while (line := self.reader.readline(65536)) not in (b'\r\n', b''):
            lines.append(line.decode('latin-1').rstrip('\r\n'))
        if not lines or line == b'':
            return None
        method, target, _ = lines[0].split(' ', 2)
        headers = {name.strip().lower(): value.strip()
                   for name, value in (line.split(':', 1) for line in lines[1:])}
        body = self.reader.read(int(headers.get('content-length', 0)))
        return Request(method, target, headers, body, self.server.origin, '\n'.join(lines))

    def write(self, request, answer):
        """Whether the connection may go on."""
        head = self.head(answer)
        if answer.head_cut is not None:
            self.request.sendall(head[:answer.head_cut])
            return self.drop(answer)
        self.request.sendall(head)
        if request.method == 'HEAD':
            return True
        cut = len(answer.body) if answer.cut is None else answer.cut
        self.write_body(answer, memoryview(answer.body)[:cut])
        if answer.cut is not None or answer.framing == 'close':
            return self.drop(answer)
        if answer.framing == 'chunked':
            if answer.unfinished:
                return self.drop(answer)
            self.request.sendall(b'0\r\n\r\n')
        return True

    @staticmethod
    def head(answer):
        headers = dict(answer.headers)
        if answer.framing == 'chunked':
            headers['Transfer-Encoding'] = 'chunked'
        elif answer.framing == 'close':
            headers['Connection'] = 'close'
        else:
            headers.setdefault('Content-Length', str(len(answer.body)))
        lines = [f'HTTP/1.1 {answer.status} {REASONS.get(answer.status, "Status")}']
        lines += [f'{name}: {value}' for name, value in headers.items()]
        return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')

    def write_body(self, answer, body):
        begun, sent = time.monotonic(), 0
        while sent < len(body):
            end = min(sent + BLOCK, len(body))
            if answer.silent_at is not None and sent <= answer.silent_at < end:
                end = answer.silent_at
            self.write_piece(answer, body[sent:end])
            if answer.first is not None:
                self.server.faulty.pass_bytes(end - sent)
            sent = end
            if sent == answer.silent_at:
                answer.silent_at = None
                self.server.faulty.stopping.wait(answer.silence)
            if answer.rate:
                time.sleep(max(0, begun + sent / answer.rate - time.monotonic()))

    def write_piece(self, answer, piece):
        if len(piece) == 0:
            return
        if answer.framing == 'chunked':
            self.request.sendall(b'%x\r\n%b\r\n' % (len(piece), bytes(piece)))
        else:
            self.request.sendall(piece)

    def drop(self, answer):
        if answer.abrupt:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        return False


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, faulty, origin, port=0):
        self.faulty, self.origin = faulty, origin
        super().__init__(('127.0.0.1', port), Handler)
        self.url = f'http://127.0.0.1:{self.server_address[1]}'
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def shutdown_request(self, request):
        """Not shut first, so that what was asked to be abrupt is."""
        request.close()

    def handle_error(self, request, client_address):
        raise


def object_of(status, value, **headers):
    return Answer(status, {'Content-Type': 'application/json', **headers},
                  json.dumps(value).encode())


def refusal(status, code='NOT_FOUND'):
    return object_of(status, {'errorCode': code, 'errorMessage': 'No'})


class FaultServer:
    """@archives are handed out in turn, the last of them for ever: a server that makes another file of
    the same backup gives more than one."""

    def __init__(self, archives):
        self.archives = archives
        self.rules, self.requests = [], []
        self.made = 0
        self.expired = set()
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.rate = 0   # of all archives together, bytes a second
        self.due = 0    # when the next of them may go out
        self.sent = 0   # bytes of archives
        self.portal = Listener(self, 'portal')
        self.storage = Listener(self, 'storage')
        self.elsewhere = Listener(self, 'elsewhere')
        self.url = self.portal.url

    def close(self):
        self.stopping.set()
        for listener in (self.portal, self.storage, self.elsewhere):
            listener.shutdown()
            listener.server_close()

    def add(self, fault, times=1, origin='storage', method='GET', path=''):
        self.rules.append(Rule(fault, times, origin, method, path))

    def heal(self):
        with self.lock:
            self.rules.clear()

    def pass_bytes(self, length):
        """Counts them and waits until the next may follow."""
        with self.lock:
            self.sent += length
            if not self.rate:
                return
            self.due = max(self.due, time.monotonic()) + length / self.rate
            wait = self.due - time.monotonic()
        self.stopping.wait(wait)

    def leaks(self):
        """What other origins were told that is only for the portal."""
        with self.lock:
            return [request.head for request in self.requests if request.origin != 'portal' and
                    (re.search('mendix-', request.head, re.IGNORECASE) or KEY in request.head or
                     USERNAME in request.head or 'authorization' in request.headers)]

    def count(self, origin, pattern=''):
        with self.lock:
            return sum(1 for request in self.requests
                       if request.origin == origin and re.search(pattern, request.head))

    def answer(self, request):
        with self.lock:
            self.requests.append(request)
            answer = self.answer_portal(request) if request.origin == 'portal' \
                else self.answer_link(request)
            for rule in list(self.rules):
                if rule.meets(request) and rule.fault(answer, request, self) is not False:
                    rule.times -= 1
            return answer

    # The documented calls that lead to a link.

    def answer_portal(self, request):
        if request.path == '/api/mainstay/1/capabilities':
            return object_of(200, {'name': 'Faults', 'version': '1',
                                   'extensions': ['snapshot-details', 'files-only']})
        if request.headers.get('mendix-apikey') != KEY:
            return refusal(401, 'UNAUTHORIZED')
        for pattern, answer in self.ROUTES:
            if match := re.fullmatch(pattern, f'{request.method} {request.path}'):
                return answer(self, *match.groups())
        return refusal(404)

    def apps(self):
        return object_of(200, [{'AppId': 'app', 'Name': 'App', 'ProjectId': 'project', 'Url': ''}])

    def environment(self):
        return {'EnvironmentId': 'environment', 'Mode': 'Acceptance', 'Status': 'Stopped',
                'ModelVersion': '1.0.0.1', 'MendixVersion': '9.24.0', 'Url': ''}

    def backup(self):
        return {'snapshot_id': 'backup', 'state': 'completed', 'model_version': '1.0.0.1',
                'comment': 'A backup', 'created_at': '2026-01-02T03:04:05.000Z',
                'finished_at': '2026-01-02T03:05:05.000Z'}

    def backups(self):
        return object_of(200, {'snapshots': [self.backup()], 'total': 1, 'offset': 0,
                               'limit': 100})

    def make_archive(self):
        self.made += 1
        return self.tell_archive(str(self.made))

    def tell_archive(self, name):
        if not 0 < int(name) <= self.made:
            return refusal(404)
        return object_of(200, {
            'archive_id': name, 'snapshot_id': 'backup', 'data_type': 'files_and_database',
            'state': 'completed', 'status_message': '', 'created_at': '2026-01-02T03:06:05.000Z',
            'url': f'{self.storage.url}/links/{name}?signature={SIGNATURE}'})

    SNAPSHOTS = '/api/v2/apps/project/environments/environment/snapshots'
    ROUTES = [
        ('GET /api/1/apps', apps),
        ('GET /api/1/apps/app', lambda self: object_of(200, json.loads(self.apps().body)[0])),
        ('GET /api/1/apps/app/environments',
         lambda self: object_of(200, [self.environment()])),
        ('GET /api/1/apps/app/environments/Acceptance',
         lambda self: object_of(200, self.environment())),
        (f'GET {SNAPSHOTS}', backups),
        (f'GET {SNAPSHOTS}/backup', lambda self: object_of(200, self.backup())),
        (f'POST {SNAPSHOTS}/backup/archives', make_archive),
        (f'GET {SNAPSHOTS}/backup/archives/([0-9]+)', tell_archive),
    ]

    # The links.

    def answer_link(self, request):
        match = re.fullmatch('/(?:links|moved)/([0-9]+)', request.path)
        if not match:
            return refusal(404)
        name = int(match[1])
        if name in self.expired:
            return Answer(403, {'Content-Type': 'application/xml'}, b'<Error>Expired</Error>')
        if request.method != 'GET':
            return Answer(403, {'Content-Type': 'application/xml'}, b'<Error>GET only</Error>')
        archive = self.archives[min(name, len(self.archives)) - 1]
        return self.cut_range(archive, request.headers)

    @staticmethod
    def cut_range(archive, headers):
        size = len(archive.body)
        fields = {'Content-Type': 'application/gzip', 'Accept-Ranges': 'bytes',
                  'ETag': archive.etag, 'Repr-Digest': archive.digest}
        match = re.fullmatch('bytes=([0-9]+)-([0-9]*)', headers.get('range', ''))
        if not match or headers.get('if-range', archive.etag) != archive.etag:
            return Answer(200, fields, archive.body, 0)
        first, last = int(match[1]), min(int(match[2] or size), size - 1)
        if first > last:
            return Answer(416, {**fields, 'Content-Range': f'bytes */{size}'})
        fields['Content-Range'] = f'bytes {first}-{last}/{size}'
        return Answer(206, fields, archive.body[first:last + 1], first)

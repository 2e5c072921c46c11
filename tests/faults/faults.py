# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""What goes wrong: functions that change an answer before it goes out. One that gives False found nothing
to do and counts as not having met."""

import gzip
import re

PAGE = b'<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>'
BOUNDARY = 'THIS_STRING_SEPARATES'


def is_file(answer):
    return answer.first is not None and len(answer.body) > 0


# Broken lines.

def drop_in_head(length, abrupt=False):
    def fault(answer, request, server):
        answer.head_cut, answer.abrupt = length, abrupt
    return fault


def drop_at(position, abrupt=False):
    """Where that byte of the archive is due, on whichever connection."""
    def fault(answer, request, server):
        if not is_file(answer) or not answer.first <= position <= answer.last:
            return False
        answer.cut, answer.abrupt = position - answer.first, abrupt
        return None
    return fault


def drop_body_at(length):
    """For answers that are no archive."""
    def fault(answer, request, server):
        answer.cut = min(length, len(answer.body))
    return fault


def drop_after(length):
    """Each answer breaks after so many bytes of it."""
    def fault(answer, request, server):
        if not is_file(answer) or len(answer.body) <= length:
            return False
        answer.cut = length
        return None
    return fault


def silent_at(position, seconds):
    def fault(answer, request, server):
        if not is_file(answer) or not answer.first <= position <= answer.last:
            return False
        answer.silent_at, answer.silence = position - answer.first, seconds
        return None
    return fault


def slow(rate):
    def fault(answer, request, server):
        answer.rate = rate
    return fault


# Lies about what is sent.

def change_content_range(change):
    """The bytes are right and their place is told wrongly."""
    def fault(answer, request, server):
        if answer.status != 206:
            return False
        first, last, size = map(int, re.findall('[0-9]+', answer.headers['Content-Range']))
        answer.headers['Content-Range'] = 'bytes %d-%d/%d' % change(first, last, size)
        return None
    return fault


def drop_content_range(answer, request, server):
    if answer.status != 206:
        return False
    del answer.headers['Content-Range']
    return None


def other_bytes(answer, request, server):
    """A 206 that tells the asked place and brings bytes of another."""
    if answer.status != 206 or answer.first == 0:
        return False
    whole = server.archives[0].body
    first = answer.first // 2
    answer.body = whole[first:first + len(answer.body)]
    return None


def ignore_range(answer, request, server):
    if answer.status != 206:
        return False
    answer.status, answer.first = 200, 0
    answer.body = archive_of(request, server).body
    del answer.headers['Content-Range']
    answer.headers.pop('Accept-Ranges', None)
    return None


def archive_of(request, server):
    name = int(request.path.rsplit('/', 1)[1])
    return server.archives[min(name, len(server.archives)) - 1]


def multipart(answer, request, server):
    if answer.status != 206:
        return False
    part = f'--{BOUNDARY}\r\nContent-Type: application/gzip\r\n' \
           f'Content-Range: {answer.headers.pop("Content-Range")}\r\n\r\n'.encode()
    answer.headers['Content-Type'] = f'multipart/byteranges; boundary={BOUNDARY}'
    answer.body = part + answer.body + f'\r\n--{BOUNDARY}--\r\n'.encode()
    answer.first = None
    return None


def flip_bit(position):
    def fault(answer, request, server):
        if not is_file(answer) or not answer.first <= position <= answer.last:
            return False
        body = bytearray(answer.body)
        body[position - answer.first] ^= 0x10
        answer.body = bytes(body)
        return None
    return fault


def set_header(name, value):
    def fault(answer, request, server):
        if value is None:
            answer.headers.pop(name, None)
        else:
            answer.headers[name] = value
    return fault


def weak_etag(answer, request, server):
    if 'ETag' not in answer.headers:
        return False
    answer.headers['ETag'] = 'W/' + answer.headers['ETag']
    return None


def new_etag_each_time(answer, request, server):
    answer.headers['ETag'] = f'"{len(server.requests)}"'


def change_file(answer, request, server):
    """From now on the same link leads to the next archive: another length, another validator."""
    if len(server.archives) < 2 or not is_file(answer):
        return False
    server.archives.pop(0)
    return None


# Lengths and encodings.

def announce_more(answer, request, server):
    """Cut short with a length."""
    if not is_file(answer):
        return False
    answer.headers['Content-Length'] = str(len(answer.body))
    answer.body = answer.body[:len(answer.body) * 2 // 3]
    answer.cut = len(answer.body)
    return None


def without_length(answer, request, server):
    answer.framing = 'close'
    answer.headers.pop('Content-Length', None)


def chunked(answer, request, server):
    answer.framing = 'chunked'


def cut_short(framing, part):
    """Ends early, and nothing but the content tells."""
    def fault(answer, request, server):
        if not is_file(answer) or answer.status == 206:
            return False
        answer.framing, answer.unfinished = framing, True
        answer.body = answer.body[:int(len(answer.body) * part)]
        return None
    return fault


def too_much(answer, request, server):
    """Something behind the end of the file."""
    if not is_file(answer) or answer.status == 206:
        return False
    answer.body = answer.body + b'\0' * 1000
    return None


def gzip_encoding(answer, request, server):
    if not is_file(answer):
        return False
    answer.headers['Content-Encoding'] = 'gzip'
    answer.body = gzip.compress(answer.body, 1)
    return None


# Answers that are no file.

def replace(status, body=b'', **headers):
    headers = {name.replace('_', '-'): value for name, value in headers.items()}

    def fault(answer, request, server):
        answer.status, answer.body, answer.first = status, body, None
        answer.headers.clear()
        answer.headers.update(headers)
    return fault


def page(status=200):
    return replace(status, PAGE, Content_Type='text/html; charset=utf-8')


def expire(status, for_good=True):
    """The link is no longer good; a new one is."""
    def fault(answer, request, server):
        if for_good:
            server.expired.add(int(request.path.rsplit('/', 1)[1]))
        replace(status, b'<Error>Expired</Error>', Content_Type='application/xml')(
            answer, request, server)
    return fault


def expire_next(answer, request, server):
    """The link has been used, and the second request finds it expired."""
    if server.count('storage', 'GET /links/') < 2:
        return False
    expire(403)(answer, request, server)
    return None


def redirect(status=302, to='elsewhere'):
    """To another origin, where the same archive is."""
    def fault(answer, request, server):
        if request.path.startswith('/moved/'):
            return False
        target = getattr(server, to).url + request.target.replace('/links/', '/moved/')
        replace(status, b'', Location=target)(answer, request, server)
        return None
    return fault


def redirect_around(answer, request, server):
    replace(302, b'', Location=server.storage.url + request.target)(answer, request, server)


def redirect_to(url):
    return replace(302, b'', Location=url)

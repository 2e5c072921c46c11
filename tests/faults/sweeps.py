# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The sweeps: what is done, how often in full, and of which a sample is taken for every day."""

import dataclasses
import functools
import os
import random
import re
import signal
import subprocess
import time
from typing import Callable

from application import kill_application
import client
import faults
import material
from client import DONE, FAILED, Download, Wrong
from real import RealDownload, RealUpload
from server import Archive, FaultServer

MIB = 1 << 20
SIZE = 3 * MIB


@dataclasses.dataclass
class Sweep:
    name: str
    function: Callable
    all: list
    few: int          # of them every day; the first and the last are always among them
    at_once: int = 4

    @property
    def preloads(self):
        return 'at a step' in self.name or self.function is kill_jobs

    def sample(self, draw):
        if self.few == 0:
            return []
        if self.few >= len(self.all):
            return self.all
        if self.few == 1:
            return [draw.choice(self.all)]
        middle = draw.sample(range(1, len(self.all) - 1), self.few - 2)
        return [self.all[index] for index in [0, *sorted(middle), len(self.all) - 1]]


@functools.lru_cache(None)
def archives():
    """The archive, a longer one of the same backup and one of the same length; fixed, so that offsets
    mean the same every time."""
    length = SIZE + 50000
    return (Archive(material.make_full(random.Random(1), SIZE, length)),
            Archive(material.make_full(random.Random(2), SIZE + 70000)),
            Archive(material.make_full(random.Random(3), SIZE, length)))


def download(runner, name, number, script, other=0, waits=False):
    """One download under a fault, until it is right. @other: which archive the backup has as
    well; @waits: for somebody to do something, and is killed instead"""
    server = FaultServer([archives()[0], archives()[other]] if other else [archives()[0]])
    try:
        transfer = Download(runner.program, runner.make_folder(f'{name} {number}'), server)
        for rule in script:
            server.add(**rule)
        if waits:
            if not transfer.kill_after(WAITING):
                raise Wrong(f'it did not wait: {transfer.child.words()}')
            code = FAILED
        else:
            transfer.start()
            code = transfer.finish_run()
        if code == DONE:
            transfer.tally.at_once = 1
        server.heal()
        if code != DONE:
            transfer.run_healed()
        transfer.tally.sent = server.sent
        transfer.child.forget()
        return code, transfer
    finally:
        server.close()


# One connection dropped, anywhere.

def spread_offsets():
    """Two hundred of them: the head, the first bytes, around the limits of blocks, the last bytes and
    some between."""
    size = len(archives()[0].body)
    offsets = [('head', offset) for offset in (*range(0, 12), 17, 30, 31, 32, 60, 90, 120, 150, 180,
                                               200, 230, 260)]
    offsets += [('api', offset) for offset in (0, 1, 9, 16, 40, 80)]
    offsets += [('api body', offset) for offset in (0, 1, 10, 100)]
    places = set(range(0, 16)) | {size - back for back in range(1, 17)}
    for power in range(9, 22):
        places |= {(1 << power) + step for step in (-1, 0, 1)}
    for block in range(1, size // (256 * 1024) + 1):
        places |= {block * 256 * 1024 + step for step in (-1, 0, 1)}
    places = {place for place in places if 0 <= place < size}
    draw = random.Random('offsets')
    while len(places) + len(offsets) < 200:
        places.add(draw.randrange(size))
    return offsets + [('file', place) for place in sorted(places)]


def drop_rule(where, offset, abrupt):
    if where == 'head':
        return {'fault': faults.drop_in_head(offset, abrupt)}
    if where == 'api':
        return {'fault': faults.drop_in_head(offset, abrupt), 'origin': 'portal', 'method': None,
                'path': 'archives'}
    if where == 'api body':
        return {'fault': faults.drop_body_at(offset), 'origin': 'portal', 'method': None,
                'path': 'archives'}
    return {'fault': faults.drop_at(offset, abrupt)}


def drop(runner, place):
    where, offset = place
    abrupt = runner.draw('drop', where, offset).random() < 0.5
    _, transfer = download(runner, 'drop', f'{where} {offset}', [drop_rule(where, offset, abrupt)])
    if transfer.tally.at_once == 0:
        raise Wrong(f'one broken connection was not got over: {transfer.child.words()}')
    return transfer.tally


# Everything that has a name.

RIGHT, FAILURE, EITHER, WAITS = 'right', 'failure', 'either', 'waits'
WAITING = 3
LONGER, SAME = 1, 2


@dataclasses.dataclass
class Case:
    """What goes wrong, and how the run in which it does must end."""
    name: str
    expected: str
    script: list
    other: int = 0   # which archive the backup has as well: LONGER, or one of the SAME length

    def __str__(self):
        return self.name


def case(name, expected, fault, times=1, other=0, **rule):
    return Case(name, expected, [{'fault': fault, 'times': times, **rule}], other)


CASES = [
    case('nothing', RIGHT, lambda *_: None),
    case('drops after every 300 KiB', RIGHT, faults.drop_after(300 * 1024), -1),
    case('drops after every 300 KiB and once at once', RIGHT, faults.drop_after(300 * 1024), 6),
    case('drops every answer in its head', FAILURE, faults.drop_in_head(20), -1),
    case('drops every answer in its first bytes', FAILURE, faults.drop_at(0), -1),
    case('is silent for a while', RIGHT, faults.silent_at(MIB, 2)),
    case('is slow', RIGHT, faults.slow(4 * MIB), -1),
    case('tells a later start', EITHER, faults.change_content_range(
        lambda first, last, size: (first + 1, last + 1, size)), -1),
    case('tells a later start once', RIGHT, faults.change_content_range(
        lambda first, last, size: (first + 1, last, size))),
    case('tells an earlier start', EITHER, faults.change_content_range(
        lambda first, last, size: (max(first - 1, 0), last, size)), -1),
    case('tells a larger whole', EITHER, faults.change_content_range(
        lambda first, last, size: (first, last, size + 1)), -1),
    case('tells a larger whole once', RIGHT, faults.change_content_range(
        lambda first, last, size: (first, last, size + 1))),
    case('tells an absurd whole', WAITS, faults.change_content_range(
        lambda first, last, size: (first, last, 1 << 62)), -1),
    case('tells no range', EITHER, faults.drop_content_range, -1),
    case('sends bytes of another place', EITHER, faults.other_bytes, -1),
    case('sends bytes of another place once', EITHER, faults.other_bytes),
    case('answers ranges with the whole', RIGHT, faults.ignore_range, -1),
    case('answers one range with the whole', RIGHT, faults.ignore_range),
    case('answers ranges in many parts', EITHER, faults.multipart, -1),
    case('answers one range in many parts', RIGHT, faults.multipart),
    case('flips a bit', FAILURE, faults.flip_bit(MIB + 5), -1),
    case('flips a bit of the first bytes', FAILURE, faults.flip_bit(3), -1),
    case('flips a bit of the last bytes', FAILURE, faults.flip_bit(
        len(archives()[0].body) - 6), -1),
    case('has a weak validator', RIGHT, faults.weak_etag, -1),
    case('has no validator', RIGHT, faults.set_header('ETag', None), -1),
    case('has a new validator each time', EITHER, faults.new_etag_each_time, -1),
    case('has a bad validator', EITHER, faults.set_header('ETag', '"unended'), -1),
    case('has a wrong digest', FAILURE, faults.set_header(
        'Repr-Digest', 'sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:'), -1),
    case('has a digest that is none', RIGHT, faults.set_header('Repr-Digest', 'sha-256=:?:'), -1),
    case('is packed on the way', EITHER, faults.gzip_encoding, -1),
    case('is packed on the way once', EITHER, faults.gzip_encoding),
    case('expires at once (401)', RIGHT, faults.expire(401)),
    case('expires at once (403)', RIGHT, faults.expire(403)),
    case('expires at once (410)', RIGHT, faults.expire(410)),
    case('all links are expired', FAILURE, faults.expire(403), -1),
    case('expires at once, another archive', RIGHT, faults.expire(403), other=LONGER),
    case('has too many requests (seconds)', RIGHT,
         faults.replace(429, Retry_After='1'), 2),
    case('has too many requests (nothing told)', RIGHT, faults.replace(429), 2),
    case('has too many requests for ever', FAILURE, faults.replace(429, Retry_After='0'), -1),
    case('is out of service', RIGHT, faults.replace(503, Retry_After='1')),
    case('has a bad gateway', RIGHT, faults.page(502), 2),
    case('has a bad gateway for ever', FAILURE, faults.page(502), -1),
    case('fails inside', RIGHT, faults.replace(500), 2),
    case('sends a page', FAILURE, faults.page(), -1),
    case('sends a page once', EITHER, faults.page()),
    case('sends nothing', FAILURE, faults.replace(200), -1),
    case('sends no content', EITHER, faults.replace(204), -1),
    case('is not found', FAILURE, faults.replace(404), -1),
    case('truncates with a length', RIGHT, faults.announce_more, 2),
    case('sends other than ranges without length', RIGHT, faults.without_length, -1),
    case('sends in chunks', RIGHT, faults.chunked, -1),
    case('redirects elsewhere (302)', RIGHT, faults.redirect(302), -1),
    case('redirects elsewhere (307)', RIGHT, faults.redirect(307), -1),
    case('redirects around for ever', FAILURE, faults.redirect_around, -1),
    case('redirects to plain HTTP elsewhere', FAILURE,
         faults.redirect_to('http://192.0.2.1/links/1'), -1),
    case('redirects to a file', FAILURE, faults.redirect_to('file:///etc/passwd'), -1),
    case('redirects to nothing', FAILURE, faults.redirect_to(''), -1),
    case('refuses the list of the job', FAILURE, faults.replace(500), -1, origin='portal',
         method=None, path='archives'),
    case('answers the job with a page', EITHER, faults.page(), -1, origin='portal', method=None,
         path='archives'),
    case('answers the job with too many requests', RIGHT, faults.replace(429, Retry_After='1'), 1,
         origin='portal', method=None, path='archives'),
    case('redirects the job elsewhere', FAILURE,
         lambda answer, request, server: faults.redirect_to(
             server.elsewhere.url + request.target)(answer, request, server), -1,
         origin='portal', method=None, path='archives'),
]


def both(*cases):
    """More than one thing at a time."""
    return Case(' and '.join(c.name for c in cases), cases[-1].expected,
                [rule for c in cases for rule in c.script], max(c.other for c in cases))


WITHOUT_RANGES = case('answers ranges with the whole', RIGHT, faults.ignore_range, -1)
CASES += [
    both(WITHOUT_RANGES, case('is cut short in chunks', FAILURE,
                              faults.cut_short('chunked', 0.7), -1)),
    both(WITHOUT_RANGES, case('is cut short without a length', FAILURE,
                              faults.cut_short('close', 0.7), -1)),
    both(WITHOUT_RANGES, case('is cut short in chunks once', EITHER,
                              faults.cut_short('chunked', 0.7))),
    both(WITHOUT_RANGES, case('is too long', FAILURE, faults.too_much, -1)),
    both(WITHOUT_RANGES, case('drops in the middle', RIGHT, faults.drop_at(2 * MIB))),
    both(case('has no validator', RIGHT, faults.set_header('ETag', None), -1),
         case('drops in the middle', RIGHT, faults.drop_at(2 * MIB))),
    both(case('has a weak validator', RIGHT, faults.weak_etag, -1),
         case('drops in the middle', RIGHT, faults.drop_at(2 * MIB))),
    both(case('drops in the middle', RIGHT, faults.drop_at(2 * MIB)),
         case('is another file afterwards', RIGHT, faults.change_file, 1, other=LONGER)),
    both(case('drops in the middle', RIGHT, faults.drop_at(2 * MIB)),
         case('is another file of the same length afterwards', RIGHT, faults.change_file, 1,
              other=SAME)),
    both(case('has no validator', EITHER, faults.set_header('ETag', None), -1),
         case('drops in the middle', EITHER, faults.drop_at(2 * MIB)),
         case('has no digest', EITHER, faults.set_header('Repr-Digest', None), -1),
         case('is another file of the same length afterwards', EITHER, faults.change_file, 1,
              other=SAME)),
    both(case('expires in the middle', RIGHT, faults.drop_at(2 * MIB)),
         case('the next link is of another archive', RIGHT, faults.expire_next, 1, other=LONGER)),
    both(case('expires in the middle', RIGHT, faults.drop_at(2 * MIB)),
         case('the next link is of the same archive', RIGHT, faults.expire_next, 1)),
    both(case('drops in the middle', RIGHT, faults.drop_at(2 * MIB)),
         case('redirects elsewhere', RIGHT, faults.redirect(302), -1)),
]


def named(runner, one):
    code, transfer = download(runner, 'named', one.name[:40], one.script, one.other,
                              one.expected == WAITS)
    if one.expected == RIGHT and code != DONE:
        raise Wrong(f'it was not got over: {transfer.child.words()}')
    if one.expected == FAILURE and code == DONE:
        raise Wrong('it was not noticed')
    return transfer.tally


# The client killed, and started again until it is done.

def kill_client(runner, number):
    draw = runner.draw('kill the client', number)
    server = FaultServer([archives()[0]])
    server.rate = 4 * MIB
    try:
        transfer = Download(runner.program, runner.make_folder(f'kill {number}'), server)
        for _ in range(KILLS):
            if transfer.kill_after(draw.uniform(0, 1.2)) is False:
                transfer.finish_run()
                break
        if not transfer.is_done():
            transfer.run_healed()
        transfer.tally.sent = server.sent
        transfer.child.forget()
        return transfer.tally
    finally:
        server.close()


def kill_client_at(runner, number):
    """Before each change of the disk, one after the other."""
    server = FaultServer([archives()[0]])
    try:
        transfer = Download(runner.program, runner.make_folder(f'kill at {number}'), server)
        transfer.child.kill_at(runner.kill_at, number)
        transfer.start()
        transfer.child.process.wait(client.PATIENCE)
        if transfer.child.was_killed_at():
            transfer.tally.kills += 1
            transfer.look()
            transfer.run_healed()
        elif transfer.finish_run() == DONE:
            transfer.tally.at_once += 1
        transfer.tally.sent = server.sent
        transfer.child.forget()
        return transfer.tally
    finally:
        server.close()


# The same with the real portal, which is killed, or the client, or the line between them.

def real(runner, name, number, upload, work):
    draw = runner.draw(name, number)
    portal = runner.borrow_portal()
    try:
        if not upload:
            portal.renew()
        folder = runner.make_folder(f'{name} {number}')
        transfer = RealUpload(runner, portal, folder, draw) if upload \
            else RealDownload(runner, portal, folder)
        transfer.runner, transfer.number = runner, number
        work(transfer, draw)
        transfer.settle()
        transfer.child.forget()
        return transfer.tally
    finally:
        runner.return_portal(portal)


def kill_portal(transfer, draw):
    transfer.start()
    for _ in range(KILLS):
        time.sleep(draw.uniform(0, 0.8))
        if not transfer.is_running():
            return
        transfer.portal.kill()
        transfer.tally.kills += 1
        time.sleep(draw.uniform(0, 0.1))
        transfer.portal.restart()


def kill_real_client(transfer, draw):
    for _ in range(KILLS):
        transfer.start()
        time.sleep(draw.uniform(0, 1))
        if not transfer.child.kill():
            return
        transfer.tally.kills += 1


def kill_real_client_at(transfer, draw):
    transfer.child.kill_at(transfer.runner.kill_at, transfer.number)
    transfer.start()
    transfer.child.process.wait(client.PATIENCE)
    transfer.tally.kills += transfer.child.was_killed_at() is not None


def kill_portal_at(transfer, draw):
    portal = transfer.portal
    portal.kill()
    order = portal.restart_to_be_killed(transfer.runner.kill_at)
    order.write_text(str(transfer.number))
    transfer.start()
    while transfer.is_running() and portal.process.poll() is None:
        time.sleep(0.01)
    portal.kill()
    transfer.tally.kills += order.with_name(order.name + '.step').exists()
    portal.restart()


def kill_jobs(runner, kind):
    """The portal's own test of its jobs, at more moments and at each step."""
    draw = runner.draw('the portal killed in its jobs', kind)
    seed = 'R02S' + ''.join(f'{draw.getrandbits(32):08x}' for _ in range(4))
    ended = subprocess.run(
        [runner.portal_kill, '--seed', seed, '-p', f'/portal/kill/{kind}', runner.portal,
         runner.kill_at, str(MOMENTS)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, 'TMPDIR': runner.folder}, check=False)
    kills = re.findall('^# .* (after|before) .*: (interrupted|completed|not begun)$', ended.stdout,
                       re.MULTILINE)
    if ended.returncode != 0:
        raise Wrong(f'{seed}: ' + '\n'.join((ended.stdout + ended.stderr).splitlines()[-5:]))
    return client.Tally('', transfers=len(kills), kills=len(kills),
                        failures=sum(end == 'interrupted' for _, end in kills),
                        at_once=sum(end == 'completed' for _, end in kills))


def begin_pruning(runner, portal, order=None):
    variables = {'LD_PRELOAD': runner.kill_at, 'KILL_AT': str(order)} if order else {}
    return subprocess.Popen([runner.prune, str(portal.folder)], stdout=subprocess.DEVNULL,
                            env={**os.environ, **variables})


def prune(runner, name, number, work):
    """A backup expires, with contents of its own: what is left is whole at every moment."""
    draw = runner.draw(name, number)
    portal = runner.borrow_portal()
    try:
        files = material.make_files(draw, MIB)
        portal.add_files(files)
        doomed = portal.create_backup()
        portal.remove_files(files)
        portal.kill()
        portal.expire(doomed)
        was_killed = work(runner, portal, number, draw)
        portal.check()
        portal.restart()
        portal.wait_until_expired(doomed)
        if portal.backup not in portal.completed():
            raise Wrong(f'it lists {portal.completed()}, not {portal.backup}')
        portal.check()
        return client.Tally('', transfers=1, kills=int(was_killed))
    finally:
        runner.return_portal(portal)


def kill_pruning_step(runner, portal, number, draw):
    order = portal.folder.with_name(portal.folder.name + '.prune')
    told = order.with_name(order.name + '.step')
    told.unlink(missing_ok=True)
    order.write_text(str(number))
    ended = begin_pruning(runner, portal, order).wait()
    if ended != (-signal.SIGKILL if told.exists() else 0):
        raise Wrong(f'it ended with {ended}')
    return told.exists()


def kill_pruning_moment(runner, portal, number, draw):
    """Whose range is about how long it takes; the first one is let."""
    begun = time.monotonic()
    pruning = begin_pruning(runner, portal)
    if runner.prune_seconds is None:
        pruning.wait()
        runner.prune_seconds = time.monotonic() - begun
    else:
        moment = draw.uniform(0, runner.prune_seconds)
        time.sleep(moment)
        pruning.kill()
        if pruning.wait() == 0:
            runner.prune_seconds = (runner.prune_seconds + moment) / 2
    ended = pruning.wait()
    if ended not in (0, -signal.SIGKILL):
        raise Wrong(f'it ended with {ended}')
    return ended != 0


def kill_pruning_at(runner, number):
    return prune(runner, 'the portal killed at a step as it prunes', number, kill_pruning_step)


def kill_pruning(runner, number):
    return prune(runner, 'the portal killed as it prunes', number, kill_pruning_moment)


def break_line(transfer, draw):
    transfer.portal.line.break_at = draw.randrange(SIZE)
    transfer.start()


def real_sweep(name, upload, work, count, few):
    return Sweep(name, lambda runner, number: real(runner, name, number, upload, work),
                 list(range(1, count + 1)), few, 2)


KILLS = 5
MOMENTS = 50  # of each kind of job

ALL = [
    Sweep('faults with a name', named, CASES, 12),
    Sweep('a connection dropped', drop, spread_offsets(), 12),
    Sweep('the client killed, downloading', kill_client, list(range(1, 81)), 2),
    Sweep('the client killed at a step, downloading', kill_client_at, list(range(1, 61)), 4),
    real_sweep('the client killed at a step, uploading', True, kill_real_client_at, 80, 2),
    real_sweep('the portal killed at a step, downloading', False, kill_portal_at, 60, 2),
    real_sweep('the portal killed at a step, uploading', True, kill_portal_at, 80, 2),
    real_sweep('the portal killed, downloading', False, kill_portal, 60, 2),
    real_sweep('the portal killed, uploading', True, kill_portal, 30, 2),
    real_sweep('the client killed, uploading', True, kill_real_client, 50, 2),
    # The few are a test of the portal.
    Sweep('the portal killed in its jobs', kill_jobs,
          ['create', 'restore', 'upload', 'archive', 'postgresql/create', 'postgresql/restore',
           'postgresql/upload', 'server/create', 'server/restore', 'server/upload'], 0, 2),
    Sweep('the portal killed at a step as it prunes', kill_pruning_at, list(range(1, 51)), 2, 2),
    Sweep('the portal killed as it prunes', kill_pruning, list(range(1, MOMENTS + 1)), 3, 2),
    real_sweep('the line broken, uploading', True, break_line, 50, 3),
]
# With a display only, and then by itself unless all is asked for.
WINDOW = Sweep('the application killed', lambda runner, number: kill_application(
    runner, number, archives()[0]), list(range(1, 11)), 1, 1)

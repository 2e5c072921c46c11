#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Transfers under every fault there is a name for, broken at any byte and killed at any moment: the outcome
is the right file, or a clear failure that goes on at the next start. Prints TAP, and a table at the end.

Each run draws from a seed of its own that is made of the one printed first, the sweep's name and its
number, so that any of them can be run again alone."""

import argparse
import concurrent.futures
import os
import random
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from client import Tally, Wrong  # noqa: E402
from real import RealPortal  # noqa: E402
import sweeps  # noqa: E402

AT_ONCE = 4
# Thousands of small files come and go, and nothing here cuts the power.
MEMORY = '/dev/shm'
MEMORY_BYTES = 1 << 30


class Runner:
    def __init__(self, build, folder, seed, full):
        self.build, self.folder, self.seed, self.full = build, folder, seed, full
        self.program = os.path.join(build, 'tests/faults/fault-client')
        self.portal = os.path.join(build, 'src/portal/mainstay-portal')
        self.prune = os.path.join(build, 'tests/faults/fault-prune')
        self.portal_kill = os.path.join(build, 'tests/portal/test-portal-kill')
        self.kill_at = os.path.abspath(os.path.join(build, 'tests/faults/libkill-at.so'))
        self.prune_seconds = None
        self.application = os.path.join(build, 'src/ui/mainstay')
        self.tallies = []
        self.portals = []
        self.lock = threading.Lock()

    def draw(self, *names):
        return random.Random('/'.join(map(str, (self.seed, *names))))

    def make_folder(self, name):
        return tempfile.mkdtemp(prefix=name.replace(' ', '-').replace('/', '-') + '-',
                                dir=self.folder)

    def borrow_portal(self):
        """One that nobody else uses now; there are no more of them than work at once."""
        with self.lock:
            if self.portals:
                return self.portals.pop()
        return RealPortal(self.portal, self.make_folder('portal'), self.draw('portal'))

    def return_portal(self, portal):
        with self.lock:
            self.portals.append(portal)

    def close(self):
        for portal in self.portals:
            portal.close()

    def run_one(self, function, name, number):
        """A wrong outcome is kept and told rather than ending the sweep."""
        try:
            return function(self, number)
        except Wrong as wrong:
            return Tally(name, transfers=1, wrongs=[f'{name} {number}: {wrong}'])
        except Exception:  # pylint: disable=broad-except
            return Tally(name, transfers=1, wrongs=[f'{name} {number}: {traceback.format_exc()}'])

    def sweep(self, name, function, numbers, at_once=AT_ONCE):
        tally, begun = Tally(name), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            for part in pool.map(lambda number: self.run_one(function, name, number), numbers):
                tally.add(part)
        tally.seconds = time.monotonic() - begun
        self.tallies.append(tally)
        for wrong in tally.wrongs:
            print('\n'.join(f'# {line}' for line in wrong.splitlines()))
        verdict = 'not ok' if tally.wrongs or tally.transfers == 0 else 'ok'
        print(f'{verdict} {len(self.tallies)} {name}', flush=True)

    def table(self):
        print(f'# {"sweep":42} {"runs":>5} {"at once":>7} {"failures":>8} {"restarts":>8} '
              f'{"kills":>5} {"sent":>6} {"wrong":>5} {"seconds":>7}')
        for tally in self.tallies:
            sent = f'{tally.sent / tally.size:.2f}x' if tally.sent and tally.size else ''
            print(f'# {tally.name:42} {tally.transfers:5} {tally.at_once:7} {tally.failures:8} '
                  f'{tally.restarts:8} {tally.kills:5} {sent:>6} {len(tally.wrongs):5} '
                  f'{tally.seconds:7.1f}')


def find_place():
    if not os.access(MEMORY, os.W_OK):
        return None
    disk = os.statvfs(MEMORY)
    return MEMORY if disk.f_bavail * disk.f_frsize >= MEMORY_BYTES else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build')
    parser.add_argument('--seed', default=None)
    parser.add_argument('--full', action='store_true', help='all of it, not a sample')
    parser.add_argument('--window', action='store_true', help='the application in its window')
    parser.add_argument('--sanitized', action='store_true',
                        help='nothing can be preloaded into these programs')
    parser.add_argument('--only', default='', help='sweeps whose name has this')
    options = parser.parse_args()
    seed = options.seed or str(random.SystemRandom().randrange(1 << 32))
    offered = [sweeps.WINDOW] if options.window else sweeps.ALL
    if options.full and 'DISPLAY' in os.environ:
        offered = [*sweeps.ALL, sweeps.WINDOW]
    chosen = [sweep for sweep in offered
              if options.only in sweep.name and (options.full or sweep.few > 0) and
              not (options.sanitized and sweep.preloads)]
    print(f'# seed {seed}\n1..{len(chosen)}', flush=True)
    with tempfile.TemporaryDirectory(prefix='mainstay-faults-', dir=find_place()) as folder:
        # A database server, which never is root, has its own in there.
        os.chmod(folder, 0o711)
        runner = Runner(options.build, folder, seed, options.full)
        try:
            for sweep in chosen:
                runner.sweep(sweep.name, sweep.function,
                             sweep.all if options.full else sweep.sample(runner.draw(sweep.name)),
                             sweep.at_once)
        finally:
            runner.close()
        runner.table()
    return 1 if any(tally.wrongs for tally in runner.tallies) else 0


if __name__ == '__main__':
    sys.exit(main())

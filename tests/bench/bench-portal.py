#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Measures mainstay-portal beside the tools that do the same by hand, in turn and in one run, and prints
ratios of medians: below 1 the portal is quicker. Judges nothing. The database is on a PostgreSQL cluster
that it makes itself; everything is in one folder that is removed at the end."""

import argparse
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid

from environment import MIB, Cluster, Memory, make_files, run


def seconds(*commands, **options):
    """What the commands take one after the other, on a disk that has nothing else left to do."""
    os.sync()
    began = time.monotonic()
    for command in commands:
        run(*command, **options)
    return time.monotonic() - began


class Portal:
    """One with an app whose environments share a folder of files."""

    def __init__(self, program, folder, files, database):
        self.program = program
        self.folder = folder
        self.command('app', 'add', 'bench')
        self.command('environment', 'add', 'bench', 'Full', '--database', database, '--files', files,
                     '--model-version', '1.0.0.1')
        self.command('environment', 'add', 'bench', 'Files', '--files', files, '--model-version', '1.0.0.1')
        self.key = self.command('user', 'add', 'bench').split('Mendix-ApiKey: ')[1].strip()
        for mode in ('Full', 'Files'):
            self.command('user', 'allow', 'bench', 'bench', mode, '--backups', '--api')
        self.serve()
        self.environments = {}
        app = self.ask('/api/1/apps')[0]
        for one in self.ask('/api/1/apps/bench/environments'):
            self.environments[one['Mode']] = \
                f'/api/v2/apps/{app["ProjectId"]}/environments/{one["EnvironmentId"]}'

    def serve(self):
        """Starts it; its memory is measured from its first answer on."""
        self.process = subprocess.Popen([self.program, 'serve', '--data', self.folder, '--quiet',
                                         '--requests-per-minute', '0',
                                         '--exit-with-parent'], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split('Listening on ')[1].strip()
        self.ask('/api/1/apps')
        self.memory = Memory(self.process.pid)

    def command(self, *words):
        return subprocess.run([self.program, *words, '--data', self.folder], check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def ask(self, path, method='GET'):
        request = urllib.request.Request(self.url + path, method=method, headers={
            'Mendix-Username': 'bench', 'Mendix-ApiKey': self.key})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def job(self, path, name, status):
        """Starts one and waits until it is done. The disk has nothing else left to do then, either."""
        os.sync()
        began = time.monotonic()
        job = self.ask(path, 'POST')
        while job['state'] in ('queued', 'running'):
            time.sleep(min(0.1, max(0.01, (time.monotonic() - began) / 50)))
            job = self.ask(status.format(job[name]))
        if job['state'] != 'completed':
            sys.exit(f'{path}: {job["status_message"]}')
        return time.monotonic() - began, job[name]

    def create(self, mode):
        base = self.environments[mode] + '/snapshots'
        return self.job(base, 'snapshot_id', base + '/{}')

    def pack(self, mode, snapshot):
        base = f'{self.environments[mode]}/snapshots/{snapshot}/archives'
        return self.job(base, 'archive_id', base + '/{}')

    def restore(self, mode, snapshot):
        base = f'{self.environments[mode]}/restores'
        return self.job(f'{base}?source_snapshot_id={snapshot}', 'restore_id', base + '/{}')[0]

    def stop(self):
        peak = self.memory.stop()
        self.process.terminate()
        self.process.wait()
        return peak


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.program = os.path.join(options.build, 'src/portal/mainstay-portal')
        self.files = self.path('tree')
        self.taken = {}
        self.peaks = {}
        print(f'Making {options.files} files of {options.file_size} bytes and a database of '
              f'{options.database_mb} MiB…', flush=True)
        make_files(self.files, options.files, options.file_size)
        self.cluster = Cluster(self.path('cluster'), options.database_mb)
        os.sync()

    def path(self, name):
        return os.path.join(self.folder, name)

    def new_folder(self, name):
        """For many files, which stay until all is measured: ext4 gives the inodes of deleted files to no
        other for some minutes, and whoever makes files meanwhile pays for the search, many times over."""
        return tempfile.mkdtemp(prefix=name, dir=self.folder)

    def note(self, what, taken):
        self.taken.setdefault(what, []).append(taken)

    def portal(self, name):
        """New, with a copy of the files that a restore may replace, and its memory measured from here on."""
        shutil.rmtree(self.path(name), ignore_errors=True)
        return Portal(self.program, self.path(name), self.files, self.cluster.uri())

    def ended(self, portal, what):
        self.peaks[what] = max(self.peaks.get(what, 0), portal.stop())

    def by_hand(self):
        """pg_dump and tar, as one does without a portal."""
        for name in ('hand.dump', 'hand.tgz'):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        self.note('pg_dump', seconds(self.cluster.tool('pg_dump', '-O', '-x', '-Fc', '-f',
                                                       self.path('hand.dump'), 'app')))
        self.note('tar -cz', seconds(('tar', '-C', self.files, '-czf', self.path('hand.tgz'), '.')))

    def restore_by_hand(self):
        self.cluster.sql('postgres', 'CREATE DATABASE hand')
        self.note('pg_restore', seconds(self.cluster.tool('pg_restore', '-O', '-x', '-j2', '-d', 'hand',
                                                          self.path('hand.dump'))))
        folder = self.new_folder('hand')
        self.note('tar -xz', seconds(('tar', '-C', folder, '-xzf', self.path('hand.tgz'))))
        self.cluster.sql('postgres', 'DROP DATABASE hand')

    def tar_of_archive(self, archive):
        """tar -cz of just what the portal's archive holds."""
        content = self.new_folder('content')
        run('tar', '-C', content, '-xzf', archive)
        self.note('tar of the same', seconds(('tar', '-C', content, '-czf', self.path('content.tgz'), '.')))
        os.unlink(self.path('content.tgz'))

    def whole(self):
        """Create, pack and restore of database and files."""
        self.by_hand()
        portal = self.portal('portal')
        taken, snapshot = portal.create('Full')
        self.note('first create', taken)
        self.ended(portal, 'first create')
        portal.serve()
        taken, archive = portal.pack('Full', snapshot)
        self.note('archive', taken)
        self.ended(portal, 'archive')
        self.tar_of_archive(self.path(f'portal/archives/{archive}'))
        os.unlink(self.path(f'portal/archives/{archive}'))
        self.restore_by_hand()
        portal.serve()
        self.note('restore', portal.restore('Full', snapshot))
        self.ended(portal, 'restore')
        portal.serve()
        self.note('second create', portal.create('Full')[0])
        self.ended(portal, 'second create')
        self.sizes()

    def sizes(self):
        total = sum(entry.stat().st_size for entry in os.scandir(self.path('portal/contents')))
        raw = self.options.files * self.options.file_size / MIB
        print(f'  stored after two backups: {total / MIB:.0f} MiB of {raw:.0f} MiB in files and two dumps; '
              f'by hand one is {(os.path.getsize(self.path("hand.dump")) + os.path.getsize(self.path("hand.tgz"))) / MIB:.0f} MiB',
              flush=True)

    def unchanged(self):
        """The files alone, when nothing has changed."""
        environment = dict(os.environ, RESTIC_PASSWORD='bench', RESTIC_REPOSITORY=self.path('restic'),
                           RESTIC_CACHE_DIR=self.path('restic-cache'), BORG_REPO=self.path('borg'),
                           BORG_BASE_DIR=self.path('borg-base'),
                           BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK='yes')
        quiet = {'env': environment, 'stderr': subprocess.DEVNULL}
        restic = ('restic', 'backup', '-q', self.files)
        borg = ('borg', 'create', '::{now:%H%M%S%f}', self.files)
        portal = self.portal('files')
        self.note('first create of files', portal.create('Files')[0])
        run('restic', 'init', '-q', **quiet)
        run('borg', 'init', '-e', 'none', **quiet)
        self.note('first restic', seconds(restic, **quiet))
        self.note('first borg', seconds(borg, **quiet))
        for _ in range(self.options.runs):
            self.note('unchanged create', portal.create('Files')[0])
            self.note('unchanged restic', seconds(restic, **quiet))
            self.note('unchanged borg', seconds(borg, **quiet))
        self.ended(portal, 'unchanged create')

    def list_while_creating(self):
        portal = self.portal('lists')
        records = sqlite3.connect(self.path('lists/portal.db'), timeout=30)
        for mode, count in (('Full', 10000), ('Files', 10000)):
            self.fill(records, portal.environments[mode].split('/')[-1], count)
        records.close()
        for title, path in (('10,000 backups', portal.environments['Full']),):
            stop = threading.Event()
            maker = threading.Thread(target=self.keep_creating, args=(portal, stop))
            maker.start()
            time.sleep(0.3)
            for pause in (0, 100):
                self.lists(portal, f'{title}, 32 clients, {pause} ms between their calls', path, pause)
            stop.set()
            maker.join()
            self.lists(portal, f'{title}, 32 clients, nothing else', path, 0)
        self.ended(portal, 'lists')

    @staticmethod
    def fill(records, environment, count):
        rows = [(str(uuid.uuid4()), environment, 'completed', 'Completed backup creation', f'Backup {i}',
                 '1.0.0.1', 'Nightly', 'nightly', 1700000000000 + i, 1700000001000 + i, 1700000001000 + i,
                 4000000000000, 1 << 30, 1 << 40, 1000000) for i in range(count)]
        records.executemany('INSERT INTO snapshots (id, environment_id, state, status_message, comment,'
                            ' model_version, created_by, type, created_at, finished_at, updated_at, expires_at,'
                            ' database_size, files_size, files_count) VALUES (' + ','.join('?' * 15) + ')', rows)
        records.commit()

    @staticmethod
    def keep_creating(portal, stop):
        while not stop.is_set():
            portal.create('Full')

    def lists(self, portal, title, path, pause):
        out = subprocess.run([os.path.join(self.options.build, 'tests/bench/list-clients'),
                              portal.url.rsplit(':', 1)[1], f'{path}/snapshots', 'bench', portal.key, '32',
                              str(self.options.list_seconds), str(pause)], check=True,
                             stdout=subprocess.PIPE, text=True).stdout.split()
        print(f'  list of {title}: {out[0]} answers, median {out[1]} ms, p99 {out[2]} ms, longest {out[3]} ms',
              flush=True)

    def ratio(self, number, title, ours, theirs, target=None):
        """Those that have no number only stand beside one that has."""
        try:
            mine = statistics.median(self.taken[ours])
            other = sum(statistics.median(self.taken[name]) for name in theirs)
        except KeyError:
            return
        place = f'{number}. ' if number is not None else '   '
        wanted = f' (target at most {target})' if target is not None else ''
        print(f'{place}{title}: {mine:.2f} s ÷ {other:.2f} s = {mine / other:.2f}{wanted}')

    def report(self):
        for name, taken in self.taken.items():
            print(f'  {name}: ' + ' '.join(f'{one:.2f}' for one in taken) + ' s')
        self.ratio(1, 'first create ÷ (pg_dump -Fc + tar -cz)', 'first create', ('pg_dump', 'tar -cz'), 0.3)
        self.ratio(2, 'unchanged files ÷ restic', 'unchanged create', ('unchanged restic',), 0.15)
        self.ratio(None, 'unchanged files ÷ borg', 'unchanged create', ('unchanged borg',))
        self.ratio(3, 'full archive ÷ tar -cz of the same', 'archive', ('tar of the same',), 0.25)
        self.ratio(4, 'restore ÷ (pg_restore -j2 + tar -xz)', 'restore', ('pg_restore', 'tar -xz'), 0.8)
        print('6. peak memory above idle (target at most 64 MiB): ' +
              ', '.join(f'{name} {peak:.0f} MiB' for name, peak in self.peaks.items()))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build')
    parser.add_argument('parts', nargs='*', choices=[[], 'whole', 'unchanged', 'lists'],
                        help='what to measure (default: all)')
    parser.add_argument('--files', type=int, default=102400)
    parser.add_argument('--file-size', type=int, default=8192)
    parser.add_argument('--database-mb', type=int, default=1024)
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--list-seconds', type=int, default=10)
    parser.add_argument('--folder', help='where to work (default: a temporary folder)')
    return parser.parse_args()


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was begun is cleared up
    folder = tempfile.mkdtemp(prefix='mainstay-bench-', dir=options.folder)
    os.chmod(folder, 0o755)
    options.build = os.path.abspath(options.build)
    bench = None
    try:
        bench = Bench(options, folder)
        for _ in range(options.runs if not options.parts or 'whole' in options.parts else 0):
            bench.whole()
        if not options.parts or 'unchanged' in options.parts:
            bench.unchanged()
        if not options.parts or 'lists' in options.parts:
            print('5. (target: p99 under 50 ms)')
            bench.list_while_creating()
        bench.report()
    finally:
        if bench is not None:
            bench.cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()

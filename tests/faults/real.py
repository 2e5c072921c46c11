# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The real portal at the end of a line, to be killed and started again; and transfers from and to it."""

import hashlib
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tour'))
import portal as tour  # noqa: E402
import material  # noqa: E402
from client import DONE, Child, Tally, Wrong  # noqa: E402
from line import Line  # noqa: E402

MODE = 'Acceptance'
SIZE = 6 << 20
RATE = 8 << 20


def digest_files(folder):
    """What a folder of uploaded files holds: names and digests."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in pathlib.Path(folder).rglob('*') if path.is_file()}


class RealPortal(tour.Portal):
    def __init__(self, program, folder, draw):
        self.program = program
        super().__init__(program, folder)
        self.line = Line(RATE)
        self.line.port = self.port_of(self.url)
        self.add_files(material.make_files(draw, SIZE))
        self.renew()

    def renew(self):
        """Another backup, whose archive is still to be made."""
        self.backup = self.create_backup()
        self.held = digest_files(self.files_folder())

    @staticmethod
    def port_of(url):
        return int(re.search(':([0-9]+)$', url)[1])

    def files_folder(self):
        return self.folder / 'environments' / self.environment(MODE)['EnvironmentId'] / 'files'

    def add_files(self, files):
        for name, content in files.items():
            path = self.files_folder() / name[:2] / name[2:4] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def path(self):
        return f'/api/v2/apps/{self.app()["ProjectId"]}/environments/' \
               f'{self.environment(MODE)["EnvironmentId"]}'

    def create_backup(self):
        path = f'{self.path()}/snapshots'
        backup = self.ask(path, 'POST', {})
        while backup['state'] in ('queued', 'running'):
            time.sleep(0.05)
            backup = self.ask(f'{path}/{backup["snapshot_id"]}')
        if backup['state'] != 'completed':
            raise Wrong(f'no backup: {backup["status_message"]}')
        return backup['snapshot_id']

    def remove_files(self, files):
        for name in files:
            (self.files_folder() / name[:2] / name[2:4] / name).unlink()

    def completed(self):
        return {backup['snapshot_id'] for backup in self.backups(MODE)
                if backup['state'] == 'completed'}

    def expire(self, backup):
        """Its time has come, as soon as somebody looks."""
        with sqlite3.connect(self.folder / 'portal.db') as records:
            changed = records.execute('UPDATE snapshots SET expires_at = 1 WHERE id = ?',
                                      (backup,)).rowcount
        records.close()
        if changed != 1:
            raise Wrong(f'there is no record of {backup}')

    def wait_until_expired(self, backup, patience=30):
        """It looks for such ones when it starts, beside what it is asked."""
        end = time.monotonic() + patience
        while backup in self.completed():
            if time.monotonic() > end:
                raise Wrong(f'{backup} does not expire')
            time.sleep(0.05)

    def check(self):
        """Reads everything that is stored."""
        told = subprocess.run([self.program, 'check', '--data', str(self.folder), '--read-data'],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if told.returncode != 0:
            raise Wrong(f'what is stored is damaged: {told.stdout}')

    def kill(self):
        self.line.port = None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def restart(self, **variables):
        self.process = subprocess.Popen(
            [self.program, 'serve', '--data', str(self.folder), '--requests-per-minute', '0'],
            stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL,
            env={**os.environ, **variables})
        line = self.process.stdout.readline()
        if not line.startswith('Listening on '):
            raise Wrong(f'the portal does not start again: {line!r}')
        self.url = line.removeprefix('Listening on ').strip()
        self.line.port = self.port_of(self.url)

    def restart_to_be_killed(self, library):
        """Gives the file which tells before which change of the disk; counted from when it is there."""
        order = self.folder.with_name(self.folder.name + '.kill-at')
        for path in (order, order.with_name(order.name + '.step')):
            path.unlink(missing_ok=True)
        self.restart(LD_PRELOAD=library, KILL_AT=str(order))
        return order

    def close(self):
        self.line.close()
        self.end()
        self.process.stdout.close()


class Transfer:
    """One transfer from or to the real portal, until it has come to its end."""

    def __init__(self, runner, portal, folder):
        self.portal = portal
        self.child = Child(runner.program, folder, portal.line.url, portal.username, portal.key)
        self.tally = Tally('', transfers=1, size=SIZE)
        self.sent_before = portal.line.passed

    def start(self):
        self.child.start('--mode', MODE, *self.arguments)

    def settle(self, most=5):
        """Nothing is killed any more."""
        has_to_start = self.child.process.poll() == -signal.SIGKILL
        for _ in range(most):
            if has_to_start:
                self.tally.restarts += 1
                self.start()
            if self.child.wait() == DONE:
                self.tally.at_once += self.tally.restarts == 0
                self.tally.sent = self.portal.line.passed - self.sent_before
                self.check()
                return
            self.tally.failures += 1
            self.check_unfinished()
            has_to_start = True
        raise Wrong(f'it does not go on: {self.child.words()}')

    def is_running(self):
        return self.child.process.poll() is None

    def check_unfinished(self):
        pass


class RealDownload(Transfer):
    def __init__(self, runner, portal, folder):
        super().__init__(runner, portal, folder)
        self.target = self.child.folder / 'backup.tar.gz'
        self.arguments = ('--backup', portal.backup, '--download', str(self.target))

    def check_unfinished(self):
        if self.target.exists():
            raise Wrong('it failed and there is a file')

    def check(self):
        """That the archive holds what the environment held, read by others than us."""
        found = {}
        with tarfile.open(self.target, 'r:gz') as packed:
            for member in packed:
                content = packed.extractfile(member)
                if member.name.startswith('tree/') and content is not None:
                    name = os.path.basename(member.name)
                    found[name] = hashlib.sha256(content.read()).hexdigest()
                elif member.name == 'db/db.backup' and not content.read(1):
                    raise Wrong('the dump is empty')
        if found != self.portal.held:
            raise Wrong('the archive does not hold what was backed up')
        if left := [path.name for path in self.child.folder.glob('backup.tar.gz.part*')]:
            raise Wrong(f'it is done and {left} is left')


class RealUpload(Transfer):
    def __init__(self, runner, portal, folder, draw):
        super().__init__(runner, portal, folder)
        files = material.make_files(draw, SIZE)
        self.source = self.child.folder / 'files.zip'
        material.make_zip(self.source, files)
        self.new = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        self.old = digest_files(portal.files_folder())
        self.arguments = ('--upload', str(self.source))

    def check_unfinished(self):
        if digest_files(self.portal.files_folder()) not in (self.old, self.new):
            raise Wrong('the environment is neither old nor new')

    def check(self):
        if digest_files(self.portal.files_folder()) != self.new:
            raise Wrong('the environment does not hold what was uploaded')

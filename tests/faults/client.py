# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The headless client as a child, and what may be found when it has ended or was killed."""

import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import server as faulty

DONE, FAILED, NOT_BEGUN = 0, 3, 4
PATIENCE = 90


class Wrong(Exception):
    """What must never be."""


@dataclasses.dataclass
class Tally:
    """How the runs of one sweep ended."""
    name: str
    transfers: int = 0
    at_once: int = 0    # right without a restart
    restarts: int = 0   # of the client, after a failure or a kill
    failures: int = 0   # told in words, and nothing under the name
    kills: int = 0
    sent: int = 0       # bytes that the server sent
    size: int = 0       # and the bytes there were to get
    seconds: float = 0
    wrongs: list = dataclasses.field(default_factory=list)

    def add(self, other):
        for field in ('transfers', 'at_once', 'restarts', 'failures', 'kills', 'sent', 'size'):
            setattr(self, field, getattr(self, field) + getattr(other, field))
        self.wrongs += other.wrongs


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest() \
            if hasattr(hashlib, 'file_digest') else hashlib.sha256(file.read()).hexdigest()


class Child:
    """One run of the client, on a folder of its own that outlives it."""

    def __init__(self, program, folder, url, username=faulty.USERNAME, key=faulty.KEY):
        self.program, self.folder, self.url = program, pathlib.Path(folder), url
        self.process = self.last_words = None
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / 'log'
        self.environment = {
            **os.environ, 'FAULT_USERNAME': username, 'FAULT_KEY': key,
            'HOME': str(self.folder), 'XDG_STATE_HOME': str(self.folder / 'state'),
            'XDG_CONFIG_HOME': str(self.folder / 'config'),
            'XDG_CACHE_HOME': str(self.folder / 'cache'),
            'XDG_DATA_HOME': str(self.folder / 'data'), 'GSETTINGS_BACKEND': 'memory',
            'GIO_USE_VFS': 'local', 'G_DEBUG': 'fatal-warnings', 'LC_ALL': 'C.UTF-8'}
        for name in ('http_proxy', 'https_proxy', 'all_proxy'):
            self.environment.pop(name, None)
            self.environment.pop(name.upper(), None)

    def kill_at(self, library, number):
        """The next start ends right before its so manyth change of the disk."""
        self.order = self.folder / 'kill-at'
        self.order.write_text(str(number))
        self.environment |= {'LD_PRELOAD': library, 'KILL_AT': str(self.order)}

    def was_killed_at(self):
        """What it was about to do, if it was killed."""
        for name in ('LD_PRELOAD', 'KILL_AT'):
            del self.environment[name]
        told = self.order.with_name('kill-at.step')
        return told.read_text() if told.exists() else None

    def start(self, *arguments):
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, '--portal', self.url, '--wait-scale', '0.02', *arguments],
                env=self.environment, stdout=log, stderr=log)

    def kill(self):
        """Whether it was still there to be killed."""
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait() == -signal.SIGKILL

    def wait(self, patience=PATIENCE):
        """The code with which it ends; a crash and a client that never ends are wrong."""
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Wrong(f'it did not end in {patience:.0f} s: {self.words()}') from None
        if code not in (DONE, FAILED, NOT_BEGUN):
            raise Wrong(f'it ended with {code}: {self.words()}')
        return code

    def forget(self):
        """All but its last words."""
        self.last_words = self.words()
        shutil.rmtree(self.folder)

    def words(self):
        if self.last_words is not None:
            return self.last_words
        lines = self.log.read_text('utf-8', 'replace').splitlines()
        return ' | '.join(lines[-3:])


class Download:
    """One download from its first start to the right file, however often it is started."""

    def __init__(self, program, folder, server, backup='backup', mode='Acceptance'):
        self.server = server
        self.child = Child(program, folder, server.url)
        self.target = self.child.folder / 'backup.tar.gz'
        self.arguments = ('--mode', mode, '--backup', backup, '--download', str(self.target))
        self.allowed = {archive.sha256 for archive in server.archives}
        self.tally = Tally('', transfers=1, size=len(server.archives[-1].body))

    def start(self):
        self.had_name = self.target.exists()
        self.sent_before = self.server.sent
        self.child.start(*self.arguments)

    def look(self):
        """At any moment: nothing wrong under the name, nothing told to others."""
        if self.target.exists() and digest(self.target) not in self.allowed:
            raise Wrong('a wrong file is under the name')
        if leaks := self.server.leaks():
            raise Wrong(f'another origin was told: {leaks[0]}')
        self.look_for_secrets()

    def look_for_secrets(self):
        """Neither the key nor a link is ever written down."""
        for path in [self.child.log, *self.child.folder.glob('*.journal'),
                     *self.child.folder.glob('state/**/*')]:
            if path.is_file() and re.search(faulty.SECRETS, path.read_bytes()):
                raise Wrong(f'{path.name} holds a secret')

    def finish_run(self):
        """Waits for its end and checks what is left; gives the code."""
        code = self.child.wait()
        self.look()
        if code == DONE:
            if not self.target.exists():
                raise Wrong('it is done and there is no file')
            if left := [path.name for path in self.child.folder.glob('backup.tar.gz.part*')]:
                raise Wrong(f'it is done and {left} is left')
            if self.had_name and self.child.words().endswith('goes on | done') and \
                    self.server.sent != self.sent_before:
                raise Wrong('it had its name and was fetched again')
        else:
            self.tally.failures += 1
            if self.target.exists() and not self.had_name:
                raise Wrong('it failed and there is a file')
        return code

    def is_done(self):
        return self.target.exists() and not list(self.child.folder.glob('backup.tar.gz.part*'))

    def kill_after(self, seconds):
        """Whether it was killed rather than being faster."""
        self.start()
        end = time.monotonic() + seconds
        while self.child.process.poll() is None and time.monotonic() < end:
            time.sleep(min(0.005, max(0, end - time.monotonic())))
        if not self.child.kill():
            return False
        self.tally.kills += 1
        self.look()
        return True

    def run_healed(self, most=3):
        """Nothing goes wrong any more: the next start, or the one after it, gives the right file."""
        for _ in range(most):
            self.tally.restarts += 1
            self.start()
            if self.finish_run() == DONE:
                return
        raise Wrong(f'it does not go on: {self.child.words()}')

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The trial at scale: an environment of any size, on a PostgreSQL server, backed up, downloaded, looked
into, restored and uploaded in the real window against the real portal. Each result is compared with what
the environment holds, row by row and file by file; what each step took is told beside it."""

import argparse
import collections
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# Large environments take minutes where small ones take none.
os.environ.setdefault('TOUR_PATIENCE', '300')
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'bench')]
from environment import Cluster, Memory, make_files  # noqa: E402
from portal import Service  # noqa: E402
from pulse import Pulse  # noqa: E402
from tour import Tour, check, choose_target, end_download, run_all, start_download, type_name  # noqa: E402
from window import Node, wait_for  # noqa: E402

STEPS = []
SOURCE, TARGET = 'Acceptance', 'Production'
COMMENT, SECOND = 'Before the move', 'Nothing has changed since'
TABLES = ('shipment', 'event')

Took = collections.namedtuple('Took', 'what seconds application portal stall computing words')


def step(function):
    STEPS.append(function)
    return function


def grouping(folder):
    """A locale that groups the digits of large numbers, where its sources are installed."""
    name = 'en_US.UTF-8'
    made = subprocess.run(['localedef', '-i', 'en_US', '-f', 'UTF-8', folder / name], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {'LOCPATH': str(folder), 'LC_ALL': name} if made.returncode == 0 else {}


def digests(folder):
    """SHA-256 of each file, by its path."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), 'rb') as file:
                found[os.path.relpath(file.name, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def sha256(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


class ScalePortal(Service):
    """A portal with the large environment, and one of little data that is to be replaced by it."""

    username = 'scale@example.com'

    def __init__(self, program, folder, options):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.options = options
        make_files(self.files(SOURCE), options.files, options.file_size)
        make_files(self.files(TARGET), 3, 1000)
        self.cluster = Cluster(str(self.folder / 'cluster'), options.database_mb)
        try:
            self.cluster.sql('postgres', 'CREATE DATABASE production')
            self.cluster.sql('production', 'CREATE TABLE old AS SELECT 1')
            self.expected = digests(self.files(SOURCE)), self.rows(SOURCE)
            self.add_environments()
            self.serve()
        except BaseException:
            self.cluster.stop()
            raise

    def files(self, mode):
        return str(self.folder / f'files-{mode}')

    def database(self, mode):
        return 'app' if mode == SOURCE else 'production'

    def command(self, *words):
        return subprocess.run([self.program, *words, '--data', str(self.folder / 'data')], check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def add_environments(self):
        self.command('app', 'add', 'harbour')
        self.key = self.command('user', 'add', self.username).split('Mendix-ApiKey: ')[1].strip()
        for mode, version, *more in ((SOURCE, '1.0.0.1'), (TARGET, '1.2.0.7', '--production')):
            self.command('environment', 'add', 'harbour', mode, '--files', self.files(mode),
                         '--database', self.cluster.uri(self.database(mode)), '--model-version', version,
                         '--start-command', 'true', '--stop-command', 'true', *more)
            self.command('user', 'allow', self.username, 'harbour', mode, '--backups', '--api')

    def serve(self):
        self.process = subprocess.Popen(
            [self.program, 'serve', '--data', str(self.folder / 'data'), '--quiet',
             '--requests-per-minute', '0', '--exit-with-parent'], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().removeprefix('Listening on ').strip()
        for mode in (SOURCE, TARGET):
            self.ask(f'/api/1/apps/harbour/environments/{mode}/start', 'POST', {'AutoSyncDb': True})
            wait_for(f'{mode} to run', lambda: self.environment(mode)['Status'] == 'Running')
        self.memory = Memory(self.process.pid)

    def rows(self, mode):
        """Count and digest of each table's rows, in whatever order they lie."""
        return {table: self.cluster.ask(self.database(mode),
                                        f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t')
                for table in TABLES}

    def holds_all(self, mode):
        check('the files are those of the environment', digests(self.files(mode)) == self.expected[0])
        check('the rows are those of the environment', self.rows(mode) == self.expected[1])

    def spoil(self, mode):
        """So that what is brought back can be told from what was there."""
        for table in TABLES:
            self.cluster.sql(self.database(mode), f'DELETE FROM {table} WHERE id % 2 = 0')
        for name in list(self.expected[0])[::2]:
            os.unlink(os.path.join(self.files(mode), name))

    def end(self):
        super().end()
        self.cluster.stop()


class Trial(Tour):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.took = []
        self.memory = self.pulse = None
        self.archive = self.unpacked = None
        self.language = grouping(self.work)

    def grouped(self, number):
        """As the application writes it."""
        return f'{number:,}' if self.language else str(number)

    def begin(self):
        """Starts the application; what it takes is measured from its first list on."""
        self.start(**self.language)
        self.choose(SOURCE)
        self.application.settle()
        self.memory = Memory(self.application.process.pid)
        self.pulse = Pulse(self.application.process.pid)

    def end(self):
        if self.pulse is not None:
            self.pulse.stop()
            self.memory.stop()
            self.pulse = self.memory = None
        super().end()

    def choose(self, mode):
        button = self.application.button(mode)
        button.press()
        wait_for(f'{mode} to be chosen', lambda: button.checked)

    def show_activity(self):
        toggle = self.application.button('Activity')
        if not toggle.checked:
            toggle.press()
        return self.application.find('list', 'Operations')

    def follow(self, what, begin, done, texts):
        """Measures from the beginning of something until it is done, and collects what is said of it
        meanwhile: each sentence once, whatever its numbers. Takes a picture of each that has some."""
        for gauge in (self.memory, self.portal.memory, self.pulse):
            gauge.take()
        began, said = time.monotonic(), {}
        begin()

        def look():
            new = {re.sub(r'[\d.,]+', '#', text): text for text in texts()}
            if any('#%' in form or '# of #' in form for form in new.keys() - said.keys()):
                self.picture(f'{what.replace(" ", "-")}-running')
            said.update((form, text) for form, text in new.items() if form not in said)
            return done()
        wait_for(what, look)
        self.took.append(Took(what, time.monotonic() - began, self.memory.take(),
                              self.portal.memory.take(), *self.pulse.take(), list(said.values())))

    def report(self):
        print('# step: seconds, peak memory above idle of application and portal, longest wait for the '
              'main loop (computing)')
        for one in self.took:
            print(f'# {one.what}: {one.seconds:.1f} s, {one.application:.0f} MiB, {one.portal:.0f} MiB, '
                  f'{one.stall * 1000:.0f} ms ({one.computing * 1000:.0f} ms)')
            print('#   said: ' + ' | '.join(text.replace('\n', ' / ') for text in one.words), flush=True)


def newest(operations):
    """What is said of the newest operation."""
    return next((row.texts() for row in operations.children()), [])


def beside_bar(dialog):
    """What is said around the bar that tells how far it is."""
    bars = (node for node in dialog.walk() if node.role == 'progress bar' and node.visible)
    return [text for bar in bars for text in Node(bar.accessible.get_parent()).texts()]


def has_button(dialog, name):
    return any(node.role == 'push button' and node.name == name and node.visible and node.sensitive
               for node in dialog.walk())


def create(trial, what, comment):
    trial.application.button('Create Backup').press()
    dialog = trial.application.window('Create Backup')
    trial.application.find('text', lambda name: name.startswith('Comment'), dialog).write(comment)
    operations = trial.show_activity()
    trial.follow(what, trial.application.button('Create Backup', dialog).press,
                 lambda: any(comment in text and 'Completed' in row.texts()
                             for row in trial.list().children() for text in row.texts()),
                 lambda: newest(operations))
    backup = trial.portal.backups(SOURCE)[0]
    check('it is completed', backup['state'] == 'completed' and backup['comment'] == comment)
    check('it has all files', backup['files_count'] == trial.portal.options.files)
    return backup


@step
def create_first(trial):
    """A backup is created and followed until it is completed"""
    trial.begin()
    create(trial, 'first create', COMMENT)


@step
def create_second(trial):
    """A second backup of what has not changed is created"""
    create(trial, 'second create', SECOND)


@step
def list_backups(trial):
    """A new start lists the backups, with what they hold"""
    trial.end()
    began = time.monotonic()
    trial.begin()
    trial.row(SECOND)
    row = trial.row(COMMENT, 'Completed')
    print(f'# start and list: {time.monotonic() - began:.1f} s', flush=True)
    trial.select(row)
    trial.show_details()
    trial.detail('Files', trial.grouped(trial.portal.options.files))
    trial.picture('listed')


@step
def download_full(trial):
    """The full backup is downloaded and verified, and holds what the environment holds"""
    target = trial.archive = trial.work / 'full.tar.gz'
    dialog = None

    def begin():
        nonlocal dialog
        dialog = start_download(trial, 'Full backup', target)
    trial.follow('download', begin, lambda: has_button(dialog, 'Show in Folder'),
                 lambda: beside_bar(dialog))
    trial.application.see('Completed and verified', dialog)
    trial.application.see(trial.grouped(trial.portal.options.files) + ' uploaded files', dialog)
    end_download(trial, dialog, target)
    trial.unpacked = trial.work / 'unpacked'
    trial.unpacked.mkdir()
    subprocess.run(['tar', '-C', trial.unpacked, '-xzf', target], check=True)
    check('its files are those of the environment',
          digests(trial.unpacked / 'tree') == trial.portal.expected[0])


@step
def look_into(trial):
    """The file is verified again from the disk, and shown with what is in it"""
    trial.choose_in_menu('Verify a File…')
    window = trial.application.window('Verify a File')
    trial.application.find('text', lambda text: 'Backup file' in text, window).write(str(trial.archive))
    trial.follow('verify', trial.application.button('Verify', window).press,
                 lambda: 'No problems found' in window.texts(), lambda: beside_bar(window))
    trial.application.see(trial.grouped(trial.portal.options.files), window)
    trial.application.see(sha256(trial.archive), window)
    trial.picture('verified')
    trial.application.scroll_down(window)
    trial.picture('verified-end')
    trial.application.button('Close', window).press()
    trial.application.gone('Verify a File')


@step
def restore(trial):
    """It is restored into production, which runs a newer model, and which then holds the same"""
    trial.select(trial.row(COMMENT))
    trial.application.button('Restore…').press()
    dialog = trial.application.window('Restore Backup')
    choose_target(trial, dialog, TARGET)
    trial.application.see('older model version', dialog)
    trial.application.find('push button', lambda name: name.startswith('Stop'), dialog).press()
    trial.application.see(f'The app on {TARGET} is stopped', dialog)
    type_name(trial, dialog, TARGET)
    trial.picture('restore')
    operations = trial.show_activity()
    trial.follow('restore', trial.application.button('Restore', dialog).press,
                 lambda: any(text.startswith('Completed at') for text in newest(operations)),
                 lambda: newest(operations))
    trial.picture('restored')
    trial.portal.holds_all(TARGET)
    check('a safety backup', [b['state'] for b in trial.portal.backups(TARGET)] == ['completed'])


@step
def upload(trial):
    """What was downloaded goes up as data into the stopped environment, which then holds the same"""
    trial.portal.spoil(TARGET)
    trial.choose(TARGET)
    trial.application.button('Upload Data…').press()
    dialog = trial.application.window('Upload Data')
    start = trial.application.button('Clear and Upload', dialog)
    type_name(trial, dialog, TARGET)
    fields = {name: trial.application.find('text', lambda text, name=name: name in text, dialog)
              for name in ('Database file', 'Archive of uploaded files')}

    def fill():
        fields['Database file'].write(str(trial.unpacked / 'db/db.backup'))
        fields['Archive of uploaded files'].write(str(trial.unpacked / 'tree'))
    trial.follow('look into what is to be uploaded', fill, lambda: start.sensitive,
                 lambda: [text for text in dialog.texts() if 'Looking into' in text or '%' in text])
    trial.picture('upload')
    operations = trial.show_activity()
    trial.follow('upload', start.press,
                 lambda: any(text.startswith('Completed.') for text in newest(operations)),
                 lambda: newest(operations))
    trial.picture('uploaded')
    trial.portal.holds_all(TARGET)
    trial.end()


def parse():
    parser = argparse.ArgumentParser(prog='./dev scale', description=__doc__)
    parser.add_argument('build', help=argparse.SUPPRESS)
    parser.add_argument('pictures', help=argparse.SUPPRESS)
    parser.add_argument('--files', type=int, default=2000, help='uploaded files (2000)')
    parser.add_argument('--file-size', type=int, default=8192, help='bytes of each (8192)')
    parser.add_argument('--database-mb', type=int, default=20, help='size of the database (20)')
    parser.add_argument('--folder', help='where to work (default: a temporary folder)')
    return parser.parse_args()


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was begun is cleared up
    os.makedirs(options.pictures, exist_ok=True)
    work = tempfile.mkdtemp(prefix='mainstay-scale-', dir=options.folder)
    os.chmod(work, 0o755)  # for PostgreSQL's own user
    try:
        portal = ScalePortal(os.path.join(options.build, 'src/portal/mainstay-portal'), work, options)
        trial = Trial(options.build, options.pictures, portal, work)
        try:
            failed = run_all(trial, STEPS)
            trial.report()
        finally:
            trial.end()
            portal.end()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f'# pictures in {options.pictures}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

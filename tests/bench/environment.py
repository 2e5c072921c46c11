# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""A real environment of any size: a PostgreSQL server of its own and a folder of files. And what memory the
programs take that work on it."""

import glob
import os
import pwd
import random
import shutil
import subprocess
import threading
import time
import uuid

MIB = 1024 * 1024
WORDS = [f'{a}{b}' for a in ('ship', 'berth', 'crane', 'invoice', 'customs', 'container', 'pilot', 'quay')
         for b in ('', 's', 'ment', 'ing', '-note', ' 4711', ' of lading', ', north')]


def run(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)


def make_files(root, number, size):
    """Half of each is text and half of it cannot be compressed."""
    rand = random.Random(4)
    made = {}
    for _ in range(number):
        name = str(uuid.UUID(int=rand.getrandbits(128), version=4))
        folder = f'{root}/{name[:2]}/{name[2:4]}'
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made[folder] = True
        text = ' '.join(rand.choices(WORDS, k=size // 12)).encode()[:size // 2]
        with open(f'{folder}/{name}', 'wb') as file:
            file.write(text + rand.randbytes(size - len(text)))


class Cluster:
    """A PostgreSQL server of its own, on a socket in its folder."""

    def __init__(self, folder, megabytes):
        programs = sorted(glob.glob('/usr/lib/postgresql/*/bin'), key=lambda p: int(p.split('/')[4]))
        self.programs = programs[-1] + '/'
        self.folder = folder
        self.user = 'postgres' if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.prefix = ['runuser', '-u', 'postgres', '--'] if os.getuid() == 0 else []
        os.makedirs(folder)
        os.chmod(folder, 0o755)
        if os.getuid() == 0:
            shutil.chown(folder, 'postgres')
        self.server('initdb', '-D', f'{folder}/data', '-A', 'trust', '-E', 'UTF8', '--locale', 'C')
        self.server('pg_ctl', '-D', f'{folder}/data', '-w', '-l', f'{folder}/log', '-o',
                    f"-k {folder} -c listen_addresses='' -c shared_buffers=256MB -c max_wal_size=4GB"
                    ' -c maintenance_work_mem=128MB', 'start')
        try:
            self.sql('postgres', 'CREATE DATABASE app')
            self.sql('app', self.tables(megabytes))
            self.sql('app', 'CHECKPOINT')
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def tables(megabytes):
        """Rows of about 200 bytes in one large table, one of a quarter of it, and their indexes."""
        rows = megabytes * MIB // 245
        return f'''
          CREATE TABLE shipment (id bigint PRIMARY KEY, name text, vessel text, weight int, at timestamp);
          INSERT INTO shipment SELECT i, 'Shipment ' || i || ' of ' || md5((i % 1000)::text),
            repeat(md5((i % 77)::text) || ' ', 2) || md5(i::text), (i::bigint * 7919) % 100000,
            timestamp '2026-01-01' + i * interval '1 second' FROM generate_series(1, {rows * 4 // 5}) i;
          CREATE INDEX ON shipment (weight);
          CREATE TABLE event (id bigint PRIMARY KEY, shipment bigint, what text);
          INSERT INTO event SELECT i, i % {rows}, 'Event ' || md5(i::text) || ' at berth ' || i % 40
            FROM generate_series(1, {rows // 5}) i;'''

    def server(self, program, *arguments):
        run(*self.prefix, self.programs + program, *arguments)

    def sql(self, database, text):
        run(self.programs + 'psql', '-h', self.folder, '-U', self.user, '-d', database, '-qX', '-v',
            'ON_ERROR_STOP=1', input=text.encode())

    def ask(self, database, text):
        """The one value that it answers."""
        return subprocess.run([self.programs + 'psql', '-h', self.folder, '-U', self.user, '-d', database,
                               '-qXAt', '-c', text], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.strip()

    def tool(self, name, *arguments):
        return (self.programs + name, '-h', self.folder, '-U', self.user, *arguments)

    def uri(self, database='app'):
        return f'postgresql://{self.user}@{self.folder.replace("/", "%2F")}/{database}'

    def stop(self):
        self.server('pg_ctl', '-D', f'{self.folder}/data', '-m', 'immediate', 'stop')


class Memory(threading.Thread):
    """The most memory of a process's own while something runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path = f'/proc/{pid}/status'
        self.idle = self.peak = self.look()
        self.running = True
        self.start()

    def look(self):
        with open(self.path, encoding='ascii') as status:
            for line in status:
                if line.startswith('RssAnon:'):
                    return int(line.split()[1]) / 1024
        return 0

    def run(self):
        while self.running:
            try:
                self.peak = max(self.peak, self.look())
            except (OSError, ValueError):
                return
            time.sleep(0.01)

    def take(self):
        """The peak above idle since the last time that this was asked."""
        peak, self.peak = self.peak, self.look()
        return peak - self.idle

    def stop(self):
        self.running = False
        self.join()
        return self.peak - self.idle

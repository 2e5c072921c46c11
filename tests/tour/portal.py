# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The real portal program with its sample, and what is really there behind the window's back."""

import json
import os
import pathlib
import re
import sqlite3
import subprocess
import urllib.request


def rows_of(path):
    """How many rows a database has in all its tables."""
    with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as database:
        tables = [row[0] for row in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return sum(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
                   for table in tables)


class Service:
    """Whatever answers the documented calls."""

    url = username = key = None

    def ask(self, path, method='GET', body=None):
        request = urllib.request.Request(self.url + path, method=method, headers={
            'Mendix-Username': self.username, 'Mendix-ApiKey': self.key})
        if body is not None:
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def app(self):
        return self.ask('/api/1/apps')[0]

    def environment(self, mode):
        return self.ask(f'/api/1/apps/{self.app()["AppId"]}/environments/{mode}')

    def backups(self, mode):
        path = f'/api/v2/apps/{self.app()["ProjectId"]}/environments/' \
               f'{self.environment(mode)["EnvironmentId"]}/snapshots?limit=1000'
        return self.ask(path)['snapshots']

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        return self.process.returncode


class DocumentedOnly(Service):
    """The server that has the documented calls and nothing else, as the public service."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, '--backups', '12', '--job-ms', '300'],
                                        stdout=subprocess.PIPE, text=True)
        fields = {}
        while 'Listening on' not in fields:
            name, value = re.match('(Listening on|[^:]+:) ?(.*)',
                                   self.process.stdout.readline()).groups()
            fields[name] = value
        self.url = fields['Listening on']
        self.username, self.key = fields['Mendix-Username:'], fields['Mendix-ApiKey:']


class Portal(Service):
    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        made = subprocess.run([program, 'sample', '--data', folder], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        fields = dict(line.split(': ', 1) for line in made.splitlines() if ': ' in line)
        self.username = fields['Mendix-Username']
        self.key = fields['Mendix-ApiKey']
        self.process = subprocess.Popen([program, 'serve', '--data', folder],
                                        stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        self.url = line.removeprefix('Listening on ').strip()

    def database(self, mode):
        """The environment's database file, as the app would open it."""
        identifier = self.environment(mode)['EnvironmentId']
        return next((self.folder / 'environments' / identifier).glob('**/*.sqlite'), None)

    def rows(self, mode):
        path = self.database(mode)
        return 0 if path is None else rows_of(path)

    def files(self, mode):
        """The uploaded files: name and size."""
        folder = self.folder / 'environments' / self.environment(mode)['EnvironmentId'] / 'files'
        return sorted((os.path.relpath(path, folder), path.stat().st_size)
                      for path in folder.glob('**/*') if path.is_file())

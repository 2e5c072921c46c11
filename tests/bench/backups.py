# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Makes backup files of a given size (portal-api.md, part 4) for measuring with."""

import io
import json
import os
import random
import sqlite3
import subprocess
import tarfile
import tempfile
import uuid
import zlib

FILE_SIZE = 256 * 1024
BLOCK = 16 * 1024 * 1024
PORTS = [f'Harbour {name}' for name in ('Aalborg', 'Bremen', 'Calais', 'Dover', 'Emden', 'Fowey',
                                        'Gdynia', 'Hull', 'Izmir', 'Jaffa', 'Kiel', 'Lagos')]


def _block(compressible):
    chance = random.Random(1)
    if not compressible:
        return chance.randbytes(BLOCK)
    text = io.StringIO()
    while text.tell() < BLOCK:
        text.write(json.dumps({
            'id': chance.randrange(10**9), 'port': chance.choice(PORTS), 'status': 'Arrived',
            'cargo': chance.choices(PORTS, k=3), 'weight': chance.randrange(90000) / 100}) + '\n')
    return text.getvalue().encode()[:BLOCK]


def _database():
    with tempfile.NamedTemporaryFile() as file:
        connection = sqlite3.connect(file.name)
        connection.execute('CREATE TABLE voyage (id INTEGER PRIMARY KEY, port TEXT)')
        connection.executemany('INSERT INTO voyage (port) VALUES (?)',
                               ((f'port {n}',) for n in range(10000)))
        connection.commit()
        connection.close()
        return open(file.name, 'rb').read()


def _add(archive, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(content))


def make(path, size, compressible):
    """About `size` bytes of it; gzip's fastest level, so that making it does not take longer than measuring."""
    block = _block(compressible)
    files = int(size * BLOCK / len(zlib.compress(block, 1))) // FILE_SIZE
    chance = random.Random(3)
    with open(path, 'wb') as out:
        gzip = subprocess.Popen(['gzip', '-1'], stdin=subprocess.PIPE, stdout=out)
        with tarfile.open(fileobj=gzip.stdin, mode='w|', bufsize=BLOCK) as archive:
            _add(archive, '.metadata', json.dumps({
                'modelVersion': '2.5.0.713', 'duration': '60', 'dumpSize': '1', 'databaseSize': '1',
                'filesSize': str(files * FILE_SIZE)}).encode())
            _add(archive, 'db/db.backup', _database())
            for _ in range(files):
                name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
                start = chance.randrange(BLOCK - FILE_SIZE)
                _add(archive, f'tree/{name[:2]}/{name[2:4]}/{name}', block[start:start + FILE_SIZE])
        gzip.stdin.close()
        if gzip.wait() != 0:
            raise SystemExit('gzip failed')
    os.sync()

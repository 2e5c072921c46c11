# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Backup files made from a seed: whole ones, so that only what is done to them is wrong."""

import gzip
import io
import json
import pathlib
import tarfile
import uuid
import zipfile

DUMP = pathlib.Path(__file__).parent.parent / 'archive' / 'fixtures' / 'postgresql-15.backup'
MEMBER = 512 * 1024


def make_files(seed, size):
    """Uploaded files by their names: incompressible, so that their archive is about as long."""
    files = {}
    for number in range(max(1, size // MEMBER)):
        name = str(uuid.UUID(int=seed.getrandbits(128), version=4))
        files[name] = seed.randbytes(min(size, MEMBER))
    return files


def make_full(seed, size, length=None):
    """What the portal gives for files and database. @length: how many bytes it is to have, a few more
    than it would have otherwise, so that two of them are told apart by what they hold alone."""
    files, dump = make_files(seed, size), DUMP.read_bytes()
    packed = io.BytesIO()
    total = sum(len(content) for content in files.values())
    metadata = {'duration': '1', 'dumpSize': str(len(dump)), 'modelVersion': '1.0.0.1',
                'databaseSize': '1000', 'filesSize': str(total)}
    with tarfile.open(fileobj=packed, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        add(tar, '.metadata', json.dumps(metadata).encode())
        add(tar, 'db/db.backup', dump)
        for name, content in files.items():
            add(tar, f'tree/{name[:2]}/{name[2:4]}/{name}', content)
    whole = gzip.compress(packed.getvalue(), 1, mtime=0)
    return whole if length is None else pad(whole, length)


def pad(whole, length):
    """By a comment in gzip's header."""
    missing = length - len(whole)
    if missing < 1:
        raise ValueError(f'{len(whole)} bytes cannot become {length}')
    return whole[:3] + b'\x10' + whole[4:10] + b'.' * (missing - 1) + b'\0' + whole[10:]


def add(tar, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mtime = 1767322800
    tar.addfile(member, io.BytesIO(content))


def make_zip(path, files):
    """What a person sends up."""
    with zipfile.ZipFile(path, 'w') as packed:
        for name, content in files.items():
            packed.writestr(f'tree/{name[:2]}/{name[2:4]}/{name}', content)

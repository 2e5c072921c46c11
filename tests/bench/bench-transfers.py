#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Measures transfers beside the tools that people use for them, in turn and in one run, and prints ratios of
speeds: above 1 mainstay is faster. Judges nothing. Needs root for the long line's network namespaces;
without it that part says so and is left out."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

import backups

MIB = 1024 * 1024
LOSSES = (0.005, 0.0)
DELAY_MS = 25  # one way
FAR_END = '10.77.0.2'
NAMESPACES = ('mainstay-bench-a', 'mainstay-bench-b')
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.lower().endswith('_proxy')}


def run(commands, prefix=()):
    """Returns what the commands take one after the other in seconds, and what the last of them printed."""
    began = time.monotonic()
    for command in commands:
        done = subprocess.run([*prefix, *command], check=True, env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE)
    return time.monotonic() - began, done.stdout


def remove(*paths):
    for path in paths:
        if os.path.exists(path):
            os.unlink(path)


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = options.folder
        self.programs = os.path.join(options.build, 'tests/bench')
        self.results = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def peer(self, url, name, *options):
        return [[f'{self.programs}/transfer-peer', url, self.path(name), *options]]

    def race(self, title, target, ways, runs=None, prefix=(), clean=None):
        """Runs the ways in turn. The first is ours; the ratio is to each of the others. clean is given
        what each run printed."""
        taken = {name: [] for name in ways}
        for _ in range(runs or self.options.runs):
            for name, (commands, made) in ways.items():
                remove(*(self.path(file) for file in made))
                os.sync()
                spent, printed = run(commands, prefix)
                taken[name].append(spent)
                if clean:
                    clean(printed)
        ours, *others = ways
        figures = ', '.join(f'{name} {statistics.median(values):.2f} s'
                            for name, values in taken.items())
        for other in others:
            ratio = statistics.median(b / a for a, b in zip(taken[ours], taken[other]))
            print(f'{title}: {ratio:.2f} x the speed of {other} '
                  f'(target {target.get(other, "none")}; {figures})')
        sys.stdout.flush()
        for _, made in ways.values():
            remove(*(self.path(file) for file in made))

    def serve(self, address, *options, prefix=()):
        server = subprocess.Popen([*prefix, f'{self.programs}/file-server', address, self.folder, *options],
                                  stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        return server, server.stdout.readline().split()[-1]

    def loopback(self):
        server, url = self.serve('127.0.0.1')
        try:
            link = f'{url}/plain.tar.gz'
            self.race('1. loopback, to disk and synced', {'curl + sync': 'at least 2.0'}, {
                'mainstay': (self.peer(link, 'ours'), ['ours']),
                'curl + sync': ([['curl', '-sS', '-o', self.path('theirs'), link],
                                 ['sync', self.path('theirs')]], ['theirs']),
            })
            for name in ('plain', 'compressible'):
                link = f'{url}/{name}.tar.gz'
                peer = 'curl, sha256sum, gzip -t'
                self.race(f'2. verified, {name}', {peer: 'at least 4.0'}, {
                    'mainstay': (self.peer(link, 'ours', '--verify'), ['ours']),
                    peer: ([['curl', '-sS', '-o', self.path('theirs'), link],
                            ['sha256sum', self.path('theirs')],
                            ['sh', '-c', f'gzip -t <{self.path("theirs")}']], ['theirs']),
                })
            link = f'{url}/plain.tar.gz'
            self.race('3. loopback, as many connections as it likes', {'one connection': 'at least 0.95'}, {
                'mainstay': (self.peer(link, 'ours'), ['ours']),
                'one connection': (self.peer(link, 'single', '--connections=1'), ['single']),
            })
        finally:
            server.terminate()
            server.wait()

    def certificate(self):
        """Of the server at the line's far end. That our end trusts it is told to its namespace only, by what
        lies over /etc there."""
        path = self.path('certificate.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                        '-nodes', '-days', '2', '-subj', '/CN=bench', '-addext',
                        f'subjectAltName=IP:{FAR_END}', '-keyout', f'{path}.key', '-out', path],
                       check=True, stderr=subprocess.DEVNULL)
        trusted = f'/etc/netns/{NAMESPACES[0]}/ssl/certs'
        os.makedirs(trusted)
        shutil.copy(path, f'{trusted}/ca-certificates.crt')
        with open(path, 'a') as out, open(f'{path}.key') as key:
            out.write(key.read())
        return path

    def line(self, loss):
        """The server's end and ours, each in a namespace of its own."""
        for name in NAMESPACES:
            subprocess.run(['ip', 'netns', 'add', name], check=True)
        line = subprocess.Popen([f'{self.programs}/long-line', *NAMESPACES, str(DELAY_MS), str(loss), '7'],
                                stdout=subprocess.PIPE, text=True)
        line.stdout.readline()
        return line

    def on_the_line(self, loss):
        ours, theirs = (['ip', 'netns', 'exec', name] for name in NAMESPACES)
        line = self.line(loss)
        server, url = self.serve(FAR_END, self.certificate(), prefix=theirs)
        link = f'{url}/{"short" if loss else "middle"}.tar.gz'
        aria2 = {f'aria2c -x{n} -s{n}': ([['aria2c', '-q', '--allow-overwrite=true', '-k1M', f'-x{n}',
                                           f'-s{n}', '-d', self.folder, '-o', f'aria{n}', link]],
                                         [f'aria{n}', f'aria{n}.aria2']) for n in (8, 16)}
        try:
            self.race(f'3. 50 ms, {loss:.1%} loss',
                      {'curl': 'at least 10', 'aria2c -x8 -s8': 'at least 1.0',
                       'aria2c -x16 -s16': 'at least 1.0', 'one connection': 'at least 0.95'}
                      if loss else {'one connection': 'at least 0.95'}, {
                'mainstay': (self.peer(link, 'ours'), ['ours']),
                **aria2,
                'one connection': (self.peer(link, 'single', '--connections=1'), ['single']),
                'curl': ([['curl', '-sS', '-o', self.path('theirs'), link]], ['theirs']),
            }, prefix=ours)
            peak, connections = self.peak(link, prefix=ours)
            print(f'5. memory on this line over {connections} connections: {peak:.1f} MiB above idle '
                  f'(target at most 24)')
        finally:
            for process in (server, line):
                process.terminate()
                process.wait()
            for name in NAMESPACES:
                subprocess.run(['ip', 'netns', 'del', name], check=True)
            shutil.rmtree(f'/etc/netns/{NAMESPACES[0]}')

    def lines(self):
        if os.geteuid() != 0:
            print('3. The long line needs root for its network namespaces and is left out.')
            return
        for loss in LOSSES:
            self.on_the_line(loss)

    def upload(self):
        data = self.path('portal')
        program = os.path.join(self.options.build, 'src/portal/mainstay-portal')
        made = subprocess.run([program, 'sample', '--data', data], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        fields = dict(line.split(': ', 1) for line in made.splitlines() if ': ' in line)
        portal = subprocess.Popen([program, 'serve', '--data', data, '--requests-per-minute', '0'],
                                  stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
        while 'Listening on ' not in (line := portal.stdout.readline()):
            pass
        server, url = self.serve('127.0.0.1')
        portal_url = line.split()[-1]
        ENVIRONMENT.update(MAINSTAY_PORTAL_URL=portal_url, MAINSTAY_USERNAME=fields['Mendix-Username'],
                           MAINSTAY_API_KEY=fields['Mendix-ApiKey'])

        def take_back(upload):
            """Outside the time that is measured. curl prints nothing."""
            if upload:
                proxies = urllib.request.ProxyHandler({})
                urllib.request.build_opener(proxies).open(urllib.request.Request(
                    f'{portal_url}/api/mainstay/1/uploads/{upload.strip()}', method='DELETE', headers={
                        'Tus-Resumable': '1.0.0', 'Mendix-Username': fields['Mendix-Username'],
                        'Mendix-ApiKey': fields['Mendix-ApiKey']}))

        try:
            self.race('4. upload', {'curl -T': 'at least 0.9'}, {
                'mainstay': ([[f'{self.programs}/upload-peer', self.path('plain.tar.gz')]], []),
                'curl -T': ([['curl', '-sS', '-T', self.path('plain.tar.gz'), f'{url}/put']], ['put']),
            }, clean=take_back)
        finally:
            for process in (server, portal):
                process.terminate()
                process.wait()
            shutil.rmtree(data)

    def peak(self, link, prefix=()):
        """Resident memory at its highest, in MiB above what it was before the transfer, and how many
        connections there were, as the program itself reads it."""
        remove(self.path('ours'))
        found = json.loads(subprocess.run([*prefix, *self.peer(link, 'ours', '--verify')[0]], check=True,
                                          text=True, env=ENVIRONMENT, stdout=subprocess.PIPE).stdout)
        return (found['peak_kib'] - found['idle_kib']) / 1024, found['connections']

    def memory(self):
        backups.make(self.path('small.tar.gz'), 64 * MIB, compressible=False)
        backups.make(self.path('large.tar.gz'), self.options.large_mib * MIB, compressible=False)
        server, url = self.serve('127.0.0.1')
        try:
            for name in ('small', 'large'):
                size = os.path.getsize(self.path(f'{name}.tar.gz')) // MIB
                peak, connections = self.peak(f'{url}/{name}.tar.gz')
                print(f'5. memory, {size} MiB over {connections} connections: {peak:.1f} MiB above idle '
                      f'(target at most 24)')
        finally:
            server.terminate()
            server.wait()
            remove(self.path('small.tar.gz'), self.path('large.tar.gz'), self.path('ours'))

    def prepare(self, parts):
        """Makes the files that these parts send."""
        size, line = self.options.size_mib * MIB, self.options.line_mib * MIB
        # Without loss the line is so much faster that as short a file would only measure the beginning.
        for name, length, users in (('plain', size, ('loopback', 'upload')),
                                    ('compressible', size, ('loopback',)),
                                    ('short', line, ('lines',)), ('middle', 8 * line, ('lines',))):
            if set(users) & set(parts):
                backups.make(self.path(f'{name}.tar.gz'), length, compressible=name == 'compressible')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build')
    parser.add_argument('--folder', default='/var/tmp/mainstay-bench', help='where 30 GiB have room')
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--size-mib', type=int, default=2048)
    parser.add_argument('--line-mib', type=int, default=32)
    parser.add_argument('--large-mib', type=int, default=8192)
    parser.add_argument('parts', nargs='*', help='loopback, lines, upload, memory; all when none')
    options = parser.parse_intermixed_args()
    parts = options.parts or ('loopback', 'lines', 'upload', 'memory')
    bench = Bench(options)
    os.makedirs(options.folder, exist_ok=True)
    try:
        bench.prepare(parts)
        for part in parts:
            getattr(bench, part)()
    finally:
        shutil.rmtree(options.folder)


if __name__ == '__main__':
    main()

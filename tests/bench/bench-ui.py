#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Measures the application: from start to the first frame beside a bare libadwaita window, in turn, and
how fluent long lists stay. Prints figures; judges nothing."""

import os
import statistics
import subprocess
import sys
import tempfile

RUNS = 7
BUILD = os.path.abspath(sys.argv[1])


def environment(home, **variables):
    return dict(os.environ, ADW_DISABLE_PORTAL='1', GSETTINGS_BACKEND='memory',
                GSETTINGS_SCHEMA_DIR=f'{BUILD}/data', HOME=home, XDG_CONFIG_HOME=f'{home}/config',
                XDG_DATA_HOME=f'{home}/data', XDG_CACHE_HOME=f'{home}/cache', **variables)


def first_frame(program, home):
    out = subprocess.run([f'{BUILD}/tests/bench/first-frame', program], env=environment(home),
                         check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return float(out.stdout)


def start_up(home):
    ours, bare = [], []
    for run in range(RUNS + 1):
        pair = (first_frame(f'{BUILD}/src/ui/mainstay', home),
                first_frame(f'{BUILD}/tests/bench/bare-window', home))
        if run > 0:  # the first pair only warms the caches
            ours.append(pair[0])
            bare.append(pair[1])
    ratio = statistics.median(a / b for a, b in zip(ours, bare))
    print(f'start to first frame: mainstay {statistics.median(ours):.0f} ms, '
          f'bare window {statistics.median(bare):.0f} ms, '
          f'ratio {ratio:.2f} (median of {RUNS} pairs; target at most 1.5)')


def long_list(home, backups, *options):
    server = subprocess.Popen([f'{BUILD}/tests/server/documented-only-server', '--backups',
                               str(backups), *options], stdout=subprocess.PIPE, text=True)
    try:
        fields = {}
        while 'Listening on ' not in (line := server.stdout.readline()):
            if ': ' in line:
                fields.update([line.strip().split(': ', 1)])
        url = line.split('Listening on ')[1].strip()
        print(f'{backups} backups{" " + " ".join(options) if options else ""}:')
        subprocess.run([f'{BUILD}/tests/bench/bench-list', str(backups)], check=True,
                       stderr=subprocess.DEVNULL, env=environment(
                           home, MAINSTAY_PORTAL_URL=url,
                           MAINSTAY_USERNAME=fields.get('Mendix-Username', 'ada@example.com'),
                           MAINSTAY_API_KEY=fields.get('Mendix-ApiKey', 'key')))
    finally:
        server.terminate()
        server.wait()


def main():
    with tempfile.TemporaryDirectory() as home:
        start_up(home)
        sys.stdout.flush()
        long_list(home, 10000)
        long_list(home, 100000, '--all-at-once')


if __name__ == '__main__':
    main()

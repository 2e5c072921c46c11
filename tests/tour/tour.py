#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The acceptance test: the main job, done in the real window against the real portal, with each result
checked where it matters (the portal's answers, the database's rows, the bytes on the disk), and a picture
of each step."""

import gzip
import hashlib
import os
import pathlib
import shutil
import sqlite3
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from portal import Portal  # noqa: E402
from window import Application, wait_for  # noqa: E402

STEPS = []


def step(function):
    STEPS.append(function)
    return function


def check(what, condition):
    if not condition:
        raise AssertionError(what)


class Tour:
    def __init__(self, build, pictures, portal, work):
        self.build = pathlib.Path(build).resolve()
        self.pictures = pathlib.Path(pictures).resolve()
        self.portal = portal
        self.work = pathlib.Path(work)
        self.application = None
        self.count = 0

    def start(self, size=(1100, 720), **variables):
        home = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        environment = dict(
            os.environ, ADW_DISABLE_PORTAL='1', GSETTINGS_BACKEND='keyfile', GSK_RENDERER='cairo',
            GSETTINGS_SCHEMA_DIR=str(self.build / 'data'), HOME=str(home),
            XDG_CONFIG_HOME=str(home / 'config'), XDG_DATA_HOME=str(home / 'data'),
            XDG_CACHE_HOME=str(home / 'cache'), G_DEBUG='fatal-criticals',
            MAINSTAY_PORTAL_URL=self.portal.url, MAINSTAY_USERNAME=self.portal.username,
            MAINSTAY_API_KEY=self.portal.key, LC_ALL='C.UTF-8')
        environment.pop('GTK_A11Y', None)
        environment.update(variables)
        settings = home / 'config/glib-2.0/settings/keyfile'
        settings.parent.mkdir(parents=True)
        settings.write_text('[io/github/mainstay_backups/Mainstay]\n'
                            f'window-size=({size[0]}, {size[1]})\n')
        self.application = Application(str(self.build / 'src/ui/mainstay'), environment,
                                       str(self.pictures))
        self.size = size

    def end(self):
        if self.application is not None:
            self.application.end()
            self.application = None

    def picture(self, name):
        self.count += 1
        width, height = self.size
        self.application.picture(f'{self.count:02d}-{name}', f'{width}x{height}+0+0')

    # What several steps do.

    def rows(self):
        return [r for r in self.application.find('tree table', 'Backups').walk()
                if r.role == 'table row']

    def row(self, *words, patience=20):
        """The first row that shows all these words."""
        def look():
            for row in self.rows():
                texts = row.texts()
                if all(any(word in text for text in texts) for word in words):
                    return row
            return None
        return wait_for(f'a row with {words}', look, patience)

    def select(self, row):
        table = next(n for n in self.application.find('tree table', 'Backups').walk()
                     if n.role == 'list')
        table.accessible.get_selection_iface().select_child(
            row.accessible.get_index_in_parent())
        wait_for('the row to be selected', lambda: row.selected)

    def environment(self, mode):
        self.application.find('push button', lambda name: name.startswith(mode)).press()


def run_all(tour):
    failed = 0
    print(f'1..{len(STEPS)}', flush=True)
    for number, function in enumerate(STEPS, 1):
        try:
            function(tour)
            print(f'ok {number} {function.__doc__}', flush=True)
        except Exception as problem:  # one bad step must not hide the others
            failed += 1
            print(f'not ok {number} {function.__doc__}\n# {type(problem).__name__}: {problem}',
                  flush=True)
            try:
                tour.picture(f'failed-{function.__name__}')
            except Exception as second:
                print(f'# and no picture of it: {second}', flush=True)
    return failed


def main():
    build, pictures = sys.argv[1:3]
    os.makedirs(pictures, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='mainstay-tour-') as work:
        portal = Portal(os.path.join(build, 'src/portal/mainstay-portal'), os.path.join(work, 'data'))
        tour = Tour(build, pictures, portal, work)
        try:
            failed = run_all(tour)
        finally:
            tour.end()
            portal.end()
    print(f'# pictures in {pictures}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The real application, killed while it downloads what was asked for in its window, and started again as
a person would: what was under way is listed and goes on."""

import os
import signal
import sys
import time

from client import Tally, Wrong, digest
import server as faulty

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tour'))

NAME = 'backup.tar.gz'


class FaultService:
    """What the driver of the window wants of a portal."""

    username, key = faulty.USERNAME, faulty.KEY

    def __init__(self, server):
        self.server, self.url = server, server.url

    def backups(self, _mode):
        return [self.server.backup()]


class Person:
    def __init__(self, runner, server, folder):
        # Only here is there need of a display and of the bus.
        import tour  # pylint: disable=import-outside-toplevel
        self.wait_for = tour.wait_for
        self.server = server
        self.folder = folder
        self.target = os.path.join(folder, NAME)
        self.tour = tour.Tour(runner.build, folder, FaultService(server), folder)

    def start(self):
        self.tour.start(home=self.folder, XDG_STATE_HOME=os.path.join(self.folder, 'state'))

    def download(self, name=NAME):
        application = self.tour.application
        self.tour.environment('Acceptance')
        self.tour.select(self.tour.row('A backup'))
        application.button('Download…').press()
        dialog = application.window('Download Backup')
        application.find('text', lambda text: 'Save as' in text, dialog).write(
            os.path.join(self.folder, name))
        application.button('Download', dialog).press()
        self.wait_for('bytes to come', lambda: self.server.sent > 0)

    def kill(self):
        process = self.tour.application.process
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.tour.application = None
        self.look()

    def look(self):
        if os.path.exists(self.target) and digest(self.target) != self.server.archives[0].sha256:
            raise Wrong('a wrong file is under the name')
        if leaks := self.server.leaks():
            raise Wrong(f'another origin was told: {leaks[0]}')

    def is_done(self):
        return os.path.exists(self.target) and not os.path.exists(self.target + '.part')

    def finish(self):
        """It is listed, and goes on without being asked."""
        listed = self.tour.application.see(NAME)
        self.wait_for(f'{listed!r} to be there', self.is_done)
        self.look()

    def tidy(self):
        """Nothing is left beside the file, also when it had its name before the last start."""
        self.wait_for('nothing to be left', lambda: not any(
            name.startswith(NAME + '.') for name in os.listdir(self.folder)))


def kill_application(runner, number, archive):
    draw = runner.draw('kill the application', number)
    server = faulty.FaultServer([archive])
    server.rate = len(archive.body) / 4
    person = Person(runner, server, runner.make_folder(f'application {number}'))
    tally = Tally('', transfers=1, size=len(archive.body))
    try:
        person.start()
        person.download()
        for _ in range(draw.randint(1, 3)):
            time.sleep(draw.uniform(0, 1.2))
            person.kill()
            tally.kills += 1
            tally.restarts += 1
            person.start()
        if not person.is_done():
            person.finish()
        person.tidy()
        tally.sent = server.sent
        return tally
    finally:
        person.tour.end()
        server.close()

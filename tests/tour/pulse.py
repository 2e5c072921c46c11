# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""How long a running application's main loop lets things wait, seen from outside."""

import threading
import time

from gi.repository import Gio, GLib

NAME = 'io.github.mainstay_backups.Mainstay'
PAUSE = 0.002


class Pulse(threading.Thread):
    """Asks the application, over and over, for the names of its actions, which the main loop answers. The
    longest answer is told by the clock on the wall, and by the time that the main loop had a processor
    meanwhile: where other programs keep the processors busy the first is longer by what they took."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path = f'/proc/{pid}/task/{pid}/schedstat'
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.longest = self.computing = 0
        self.running = True
        self.start()

    def computed(self):
        with open(self.path, encoding='ascii') as stat:
            return int(stat.read().split()[0]) / 1e9

    def run(self):
        while self.running:
            try:
                self.beat()
            except (GLib.Error, OSError):  # the application has ended
                return
            time.sleep(PAUSE)

    def beat(self):
        computed, began = self.computed(), time.monotonic()
        self.bus.call_sync(NAME, '/' + NAME.replace('.', '/'), 'org.gtk.Actions', 'List', None, None,
                           Gio.DBusCallFlags.NO_AUTO_START, 120000, None)
        self.longest = max(self.longest, time.monotonic() - began)
        self.computing = max(self.computing, self.computed() - computed)

    def take(self):
        """The longest since the last time that this was asked: seconds on the wall, and computing."""
        longest, self.longest = self.longest, 0
        computing, self.computing = self.computing, 0
        return longest, computing

    def stop(self):
        self.running = False
        self.join()

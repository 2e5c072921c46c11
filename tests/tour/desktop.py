#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""What the application asks of the desktop around it while it transfers, and what the desktop asks of it
afterwards: no sleep and no end of the session meanwhile, a notification in the end, and its buttons, which
start the program again when it is there no more. Prints TAP."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import types

from gi.repository import Gio, GLib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'faults')]
import application as faults  # noqa: E402
import server as faulty  # noqa: E402
import sweeps  # noqa: E402
from tour import check, run_all  # noqa: E402
from window import Application, wait_for  # noqa: E402

ID = 'io.github.mainstay_backups.Mainstay'
LOGOUT, SUSPEND = 1, 4
STEPS = []


def step(function):
    STEPS.append(function)
    return function


class Bus:
    """A session's own, which starts the program that was built where the one installed would be."""

    def __init__(self, build, work):
        built = (build / 'data' / f'{ID}.service').read_text()
        services = work / 'share/dbus-1/services'
        services.mkdir(parents=True)
        lines = [f'Exec={build}/src/ui/mainstay {line.split(" ", 1)[1]}' if line.startswith('Exec=')
                 else line for line in built.splitlines()]
        (services / f'{ID}.service').write_text('\n'.join(lines) + '\n')
        os.environ.update(
            XDG_DATA_DIRS=f'{work}/share:/usr/local/share:/usr/share', GSETTINGS_BACKEND='memory',
            GSETTINGS_SCHEMA_DIR=str(build / 'data'), HOME=str(work), LC_ALL='C.UTF-8',
            XDG_CONFIG_HOME=f'{work}/config', XDG_STATE_HOME=f'{work}/state', ADW_DISABLE_PORTAL='1')
        self.daemon = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'],
                                       stdout=subprocess.PIPE, text=True)
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = self.daemon.stdout.readline().strip()
        self.connection = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.connection.set_exit_on_close(False)

    def ask(self, name, path, interface, method, arguments, answer=None):
        return self.connection.call_sync(name, path, interface, method, arguments,
                                         GLib.VariantType(answer) if answer else None, 0, 30000)

    def ask_bus(self, method, answer):
        return self.ask('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                        method, GLib.Variant('(s)', (ID,)), answer).unpack()[0]

    def has_program(self):
        return self.ask_bus('NameHasOwner', '(b)')

    def program(self):
        return self.ask_bus('GetConnectionUnixProcessID', '(u)')

    def press(self, action, *target):
        """As a desktop does for a notification's button."""
        self.ask(ID, '/' + ID.replace('.', '/'), 'org.freedesktop.Application', 'ActivateAction',
                 GLib.Variant('(sava{sv})', (action, list(target), {})))

    def end(self):
        self.daemon.terminate()
        self.daemon.wait()


class Services:
    """The desktop's, and what was asked of them."""

    def __init__(self):
        self.calls = []
        self.process = subprocess.Popen(
            ['/usr/bin/python3', os.path.join(HERE, 'desktop_services.py')],
            stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.calls.append(json.loads(line))

    def of(self, method):
        return [call[1:] for call in self.calls if call[0] == method]

    def end(self):
        self.process.terminate()
        self.process.wait()


class Started(Application):
    """The program, started by the bus."""

    def __init__(self, pid):  # pylint: disable=super-init-not-called
        self.process = types.SimpleNamespace(pid=pid, poll=lambda: None)
        self.root = wait_for('the application on the accessibility bus', self._find_root)


class Session:
    def __init__(self, build, work):
        self.bus = Bus(build, work)
        self.services = Services()
        self.server = faulty.FaultServer([sweeps.archives()[0]])
        self.server.rate = len(sweeps.archives()[0].body) / 6
        folder = work / 'home'
        folder.mkdir()
        self.person = faults.Person(types.SimpleNamespace(build=build), self.server, str(folder))

    def end(self):
        self.person.tour.end()
        self.server.close()
        self.services.end()
        self.bus.end()

    def end_program(self):
        pid = self.bus.program()
        os.kill(pid, signal.SIGTERM)
        wait_for('the program to end', lambda: not self.bus.has_program())


def windows(pid):
    """Those on the screen, as the display names them."""
    return subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(pid)], text=True,
                          stdout=subprocess.PIPE, check=False).stdout.split()


def download(person, name):
    """Begins one, and closes its dialog."""
    application = person.tour.application
    person.download(name)
    application.button('Close', application.window('Download Backup')).press()
    application.gone('Download Backup')


@step
def inhibit(session):
    """Neither sleep nor the session's end comes while a transfer runs"""
    person, services = session.person, session.services
    paths = [pathlib.Path(person.folder, name) for name in ('one.tar.gz', 'two.tar.gz')]
    person.start()
    person.tour.environment('Acceptance')
    check('nothing is asked for before', not services.of('Inhibit'))
    for path in paths:
        download(person, path.name)
    name, _window, reason, flags, cookie = wait_for('sleep to be inhibited',
                                                    lambda: services.of('Inhibit'))[0]
    check(f'it names itself, not {name!r}', name == ID)
    check('it says why', reason == 'Backups are being worked on')
    check(f'it is about logout and suspend, not {flags}', flags == LOGOUT | SUSPEND)
    given_back = wait_for('it to be given back', lambda: services.of('Uninhibit'))
    check('not before the last has ended', all(path.exists() for path in paths))
    check('it is the one that was asked for', given_back == [[cookie]])
    check('one for both', len(services.of('Inhibit')) == 1)


@step
def notify(session):
    """A notification tells the end of each, and has a button"""
    notifications = wait_for('both', lambda: len(session.services.of('AddNotification')) == 2 and
                             session.services.of('AddNotification'))
    session.targets = {}
    for name, _id, shown in notifications:
        check(f'it names itself, not {name!r}', name == ID)
        check(f'the activity is behind {shown}', shown['default-action'] == 'app.show-activity')
        check(f'one button in {shown}', [button['label'] for button in shown['buttons']] ==
              ['Show in Folder'])
        check('it shows the folder', shown['buttons'][0]['action'] == 'app.show-in-folder')
        path = bytes(shown['buttons'][0]['target']).rstrip(b'\0').decode()
        session.targets[path] = shown['buttons'][0]['target']
    check(f'one for each, not {session.targets}', sorted(session.targets) == [
        os.path.join(session.person.folder, name) for name in ('one.tar.gz', 'two.tar.gz')])


@step
def say_nothing(session):
    """There is none while the window is in front"""
    person, services = session.person, session.services
    download(person, 'three.tar.gz')
    shown = windows(session.bus.program())
    check(f'one window, not {shown}', len(shown) == 1)
    subprocess.run(['xdotool', 'windowfocus', '--sync', shown[0]], check=True)
    wait_for('sleep to be allowed again', lambda: len(services.of('Uninhibit')) == 2)
    person.tour.application.settle()
    check('the file is there', pathlib.Path(person.folder, 'three.tar.gz').exists())
    check('nothing is told', len(services.of('AddNotification')) == 2)


@step
def press_button(session):
    """Its button works after the program's end"""
    path, target = next(iter(session.targets.items()))
    session.person.tour.end()
    wait_for('the program to end', lambda: not session.bus.has_program())
    session.bus.press('show-in-folder', GLib.Variant('ay', target))
    shown = wait_for('the file manager to be asked', lambda: session.services.of('ShowItems'))
    check(f'for the file, not {shown}', shown[0][0] == [GLib.filename_to_uri(path)])
    check('no window is opened for that', not windows(session.bus.program()))
    session.end_program()


@step
def press_notification(session):
    """So does the notification itself"""
    session.bus.press('show-activity')
    # Whose account was for one run only is asked for one first.
    Started(session.bus.program()).see('Welcome to Mainstay')
    check('in a window', windows(session.bus.program()))
    session.end_program()


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix='mainstay-desktop-') as work:
        session = Session(build, pathlib.Path(work))
        try:
            failed = run_all(session, STEPS)
        finally:
            session.end()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

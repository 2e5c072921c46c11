# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Drives the application's windows over the accessibility bus, as a person with a screen reader would:
by roles and names alone."""

import os
import re
import signal
import subprocess
import tempfile
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = float(os.environ.get('TOUR_PATIENCE', '30'))


# What newer systems call the roles of the oldest one that is supported.
OLDER_ROLES = {
    'button': 'push button',
    'toggle button': 'push button',
    'grouping': 'panel',
    'radio button': 'check box',
    'switch': 'check box',
}

NOT_OURS = (
    # GTK 4.8, asked over the bus about a window that is just closing.
    "g_variant_is_object_path: assertion 'string != NULL' failed",
    # There is no desktop in the tour's session.
    'org.freedesktop.Notifications',
)


class NotFound(Exception):
    pass


def pump():
    """Lets events in, without which the bus's cache would show yesterday's tree."""
    context = GLib.MainContext.default()
    while context.pending():
        context.iteration(False)


def wait_for(what, condition, patience=PATIENCE):
    """Asks until it is so, and gives what it found; says what was waited for when it never was."""
    end = time.monotonic() + patience
    while True:
        pump()
        try:
            found = condition()
        except GLib.Error:
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise NotFound(f'waited {patience:.0f} s in vain for {what}')
        time.sleep(0.05)


class Node:
    """One accessible, and the few things one does with it."""

    def __init__(self, accessible):
        self.accessible = accessible

    @property
    def name(self):
        return self.accessible.get_name()

    @property
    def role(self):
        name = self.accessible.get_role_name()
        return OLDER_ROLES.get(name, name)

    @property
    def description(self):
        return self.accessible.get_description()

    def children(self):
        for index in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(index)
            if child is not None:
                yield Node(child)

    def walk(self, into_tables=True):
        yield self
        if self.role == 'tree table' and not into_tables:
            return
        for child in self.children():
            yield from child.walk(into_tables)

    def has(self, state):
        return self.accessible.get_state_set().contains(state)

    @property
    def visible(self):
        return self.has(Atspi.StateType.VISIBLE)

    @property
    def sensitive(self):
        return self.has(Atspi.StateType.SENSITIVE)

    @property
    def checked(self):
        return self.has(Atspi.StateType.CHECKED) or self.has(Atspi.StateType.PRESSED)

    @property
    def selected(self):
        return self.has(Atspi.StateType.SELECTED)

    @property
    def text(self):
        """What stands in a label or a field."""
        if self.accessible.get_text_iface() is None:
            return self.name
        length = Atspi.Text.get_character_count(self.accessible)
        return Atspi.Text.get_text(self.accessible, 0, length)

    def select_child(self, index):
        Atspi.Selection.select_child(self.accessible, index)
        pump()

    def set_value(self, number):
        Atspi.Value.set_current_value(self.accessible, number)
        pump()

    def press(self):
        wait_for(f'{self.name!r} to be sensitive', lambda: self.sensitive)
        Atspi.Action.do_action(self.accessible, 0)
        pump()

    def write(self, text):
        field = self
        if self.accessible.get_editable_text_iface() is None:
            field = next(n for n in self.walk() if n.accessible.get_editable_text_iface())
        Atspi.EditableText.set_text_contents(field.accessible, text)
        pump()

    def click(self):
        """With the pointer, where the accessible has no action. Windows lie at 0,0."""
        box = Atspi.Component.get_extents(self.accessible, Atspi.CoordType.WINDOW)
        subprocess.run(['xdotool', 'mousemove', str(box.x + box.width // 2),
                        str(box.y + box.height // 2), 'click', '1'], check=True)
        pump()

    def texts(self):
        """All words at or below it that are to be seen."""
        return [n.text for n in self.walk() if n.role == 'label' and n.visible and n.text]


class Application:
    """The program, from its start to its end."""

    def __init__(self, program, environment, pictures, arguments=()):
        self.pictures = pictures
        # Out of the way, so that no picture shows what is told of the thing below the pointer.
        subprocess.run(['xdotool', 'mousemove', '1399', '899'], check=True)
        self.log = tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen([program, *arguments], env=environment, stderr=self.log)
        self.root = wait_for('the application on the accessibility bus', self._find_root)

    def _find_root(self):
        if self.process.poll() is not None:
            raise NotFound(f'the application ended with {self.process.returncode}')
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.process.pid:
                child.set_cache_mask(Atspi.Cache.NONE)
                return Node(child)
        return None

    def windows(self):
        return [w for w in self.root.children() if w.visible]

    def window(self, title, patience=PATIENCE):
        return wait_for(f'the window {title!r}', lambda: next(
            (w for w in self.windows() if w.name == title), None), patience)

    def gone(self, title):
        wait_for(f'the window {title!r} to go', lambda: all(w.name != title for w in self.windows()))

    def find(self, role, name, within=None, into_tables=False, patience=PATIENCE):
        """The first visible one of that role and name; a name may be a function."""
        matches = name if callable(name) else (lambda text: text == name)

        def look():
            roots = [within] if within else self.windows()
            for root in roots:
                for node in root.walk(into_tables):
                    if node.role == role and node.visible and matches(node.name):
                        return node
            return None
        return wait_for(f'a {role} {name!r}', look, patience)

    def button(self, name, within=None):
        return self.find('push button', name, within)

    def see(self, part, within=None, patience=PATIENCE):
        """Waits for words on the screen; gives the whole text that holds them."""
        def look():
            roots = [within] if within else self.windows()
            for root in roots:
                for node in root.walk(True):
                    if node.visible and (part in (node.name or '') or
                                         node.role in ('label', 'text') and part in node.text):
                        return node.text or node.name
            return None
        return wait_for(f'the words {part!r}', look, patience)

    def key(self, name):
        subprocess.run(['xdotool', 'key', name], check=True)
        pump()

    def scroll_down(self, window):
        """To the end, by the wheel over its middle. Windows lie at 0,0."""
        box = Atspi.Component.get_extents(window.accessible, Atspi.CoordType.WINDOW)
        subprocess.run(['xdotool', 'mousemove', str(box.width // 2), str(box.height * 3 // 4),
                        'click', '--repeat', '40', '--delay', '5', '5'], check=True)
        pump()

    def type(self, text):
        subprocess.run(['xdotool', 'type', text], check=True)
        pump()

    def children(self):
        """The programs that it started: process id and name."""
        listed = subprocess.run(['ps', '-o', 'pid=,args=', '--ppid', str(self.process.pid)],
                                stdout=subprocess.PIPE, text=True, check=False).stdout
        return {int(line.split(None, 1)[0]): line.split(None, 1)[1]
                for line in listed.splitlines()}

    def settle(self):
        """Until animations have ended; they change nothing that is checked, only pictures."""
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            pump()
            time.sleep(0.02)

    def picture(self, name, crop=None):
        self.settle()
        path = os.path.join(self.pictures, f'{name}.png')
        command = ['import', '-window', 'root']
        if crop:
            command += ['-crop', crop, '+repage']
        subprocess.run([*command, path], check=True)
        return path

    def complaints(self):
        """What the program or its libraries found wrong, but for what is known and not ours."""
        self.log.seek(0)
        return [line.strip() for line in self.log
                if re.search(r'-(CRITICAL|WARNING) \*\*|AddressSanitizer|runtime error', line) and
                not any(known in line for known in NOT_OURS)]

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

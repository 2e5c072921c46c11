#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""Stands on the session bus for what a desktop has: its session manager, its notifications and its file
manager. Prints a line of JSON for each call, after a first empty one when all is there."""

import json

from gi.repository import Gio, GLib

SERVICES = {
    'org.gnome.SessionManager': ('/org/gnome/SessionManager', '''
        <method name='RegisterClient'><arg type='s' direction='in'/><arg type='s' direction='in'/>
          <arg type='o' direction='out'/></method>
        <method name='Inhibit'><arg type='s' direction='in'/><arg type='u' direction='in'/>
          <arg type='s' direction='in'/><arg type='u' direction='in'/>
          <arg type='u' direction='out'/></method>
        <method name='Uninhibit'><arg type='u' direction='in'/></method>'''),
    'org.gtk.Notifications': ('/org/gtk/Notifications', '''
        <method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/>
          <arg type='a{sv}' direction='in'/></method>
        <method name='RemoveNotification'><arg type='s' direction='in'/>
          <arg type='s' direction='in'/></method>'''),
    'org.freedesktop.FileManager1': ('/org/freedesktop/FileManager1', '''
        <method name='ShowItems'><arg type='as' direction='in'/>
          <arg type='s' direction='in'/></method>'''),
}


class Desktop:
    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.cookie = 100
        for name, (path, methods) in SERVICES.items():
            node = Gio.DBusNodeInfo.new_for_xml(
                f"<node><interface name='{name}'>{methods}</interface></node>")
            self.bus.register_object(path, node.interfaces[0], self.called, None, None)
            self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus',
                               'org.freedesktop.DBus', 'RequestName',
                               GLib.Variant('(su)', (name, 4)), None, 0, -1)

    def called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        arguments = list(parameters.unpack())
        answer = None
        if method == 'RegisterClient':
            answer = GLib.Variant('(o)', ('/org/gnome/SessionManager/Client1',))
        if method == 'Inhibit':
            self.cookie += 1
            answer = GLib.Variant('(u)', (self.cookie,))
            arguments.append(self.cookie)
        print(json.dumps([method, *arguments]), flush=True)
        invocation.return_value(answer)


Desktop()
print(flush=True)
GLib.MainLoop().run()

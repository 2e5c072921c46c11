#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The acceptance test: the main job, done in the real window against the real portal, with each result
checked where it matters (the portal's answers, the database's rows, the bytes on the disk), and a picture
of each step."""

import gettext
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from portal import Portal, rows_of  # noqa: E402
from window import PATIENCE, Application, wait_for  # noqa: E402

STEPS = []

# What the main menu ends with.
MENU_END = ('Verify a File…', 'Preferences', 'Keyboard Shortcuts', 'About Mainstay')


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
        self.downloaded = None
        self.home = None
        self.word = str
        self.count = 0

    def locale(self, language):
        """Newer C libraries translate nothing in the locale C.UTF-8; elsewhere it has to have another
        name."""
        folder = self.work / 'locale'
        shutil.copytree('/usr/lib/locale/C.utf8', folder / language, dirs_exist_ok=True)
        return {'LOCPATH': str(folder), 'LC_ALL': language}

    def start(self, size=(1100, 720), account=True, language='C', arguments=(), home=None,
              **variables):
        self.end()
        home = self.home = pathlib.Path(home or tempfile.mkdtemp(dir=self.work))
        environment = dict(
            os.environ, ADW_DISABLE_PORTAL='1', GSETTINGS_BACKEND='keyfile', GSK_RENDERER='cairo',
            GSETTINGS_SCHEMA_DIR=str(self.build / 'data'), HOME=str(home),
            XDG_CONFIG_HOME=str(home / 'config'), XDG_DATA_HOME=str(home / 'data'),
            XDG_CACHE_HOME=str(home / 'cache'), XDG_STATE_HOME=str(home / 'state'),
            MAINSTAY_PORTAL_PROGRAM=str(self.build / 'src/portal/mainstay-portal'),
            MAINSTAY_LOCALE_DIR=str(self.build / 'po'), LC_ALL='C.UTF-8', LANGUAGE=language)
        if language != 'C':
            environment.update(self.locale(language))
        self.word = gettext.translation('mainstay', self.build / 'po', [language],
                                        fallback=language == 'C').gettext
        if account:
            environment.update(
                MAINSTAY_PORTAL_URL=self.portal.url, MAINSTAY_USERNAME=self.portal.username,
                MAINSTAY_API_KEY=self.portal.key)
        environment.pop('GTK_A11Y', None)
        environment.update(variables)
        settings = home / 'config/glib-2.0/settings/keyfile'
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text('[io/github/mainstay_backups/Mainstay]\n'
                            f'window-size=({size[0]}, {size[1]})\n')
        self.application = Application(str(self.build / 'src/ui/mainstay'), environment,
                                       str(self.pictures), arguments)
        self.size = size

    def end(self):
        application, self.application = self.application, None
        if application is not None:
            check('the application ended of itself', application.end() in (0, -15))
            complaints = application.complaints()
            check(f'complaints: {complaints}', not complaints)

    def picture(self, name):
        self.count += 1
        width, height = self.size
        self.application.picture(f'{self.count:02d}-{name}', f'{width}x{height}+0+0')

    # What several steps do.

    def choose_in_menu(self, name):
        """An item of the main menu; the button is there twice, and the inner one is what opens it. GTK 4.18
        gives the items no names: there it is known by its place."""
        window = self.application.windows()[0]
        buttons = wait_for('the main menu', lambda: [
            n for n in window.walk(False)
            if n.role == 'push button' and n.visible and n.name == self.word('Main Menu')])
        buttons[-1].press()
        items = wait_for('the items of the menu', lambda: [
            n for n in window.walk(False) if n.role == 'menu item' and n.visible])
        place = MENU_END.index(name) - len(MENU_END)
        named = [item for item in items if item.name.startswith(self.word(name))]
        (named[0] if items[0].name else items[place]).press()

    def settings(self):
        """What the program has written of its settings."""
        return (self.home / 'config/glib-2.0/settings/keyfile').read_text()

    def table(self):
        return self.application.find('tree table', self.word('Backups'))

    def list(self):
        return next(n for n in self.table().walk() if n.role == 'list')

    def row(self, *words, patience=PATIENCE):
        """The first row that shows all these words."""
        def look():
            for row in self.list().children():
                texts = row.texts()
                if all(any(word in text for text in texts) for word in words):
                    return row
            return None
        return wait_for(f'a row with {words}', look, patience)

    def select(self, row):
        rows = self.list()
        index = next(i for i, r in enumerate(rows.children())
                     if r.accessible == row.accessible)
        rows.select_child(index)
        wait_for('the row to be selected', lambda: row.selected)

    def selected_texts(self):
        return next((row.texts() for row in self.list().children() if row.selected), [])

    def search(self, text):
        self.application.find('entry', self.word('Search backups')).write(text)
        wait_for('what matches', lambda: (len(list(self.list().children())) == 1) == bool(text))

    def show_details(self):
        toggle = self.application.button('Show Backup Details')
        if not toggle.checked:
            self.application.key('F9')
            wait_for('the pane', lambda: toggle.checked)

    def details(self):
        """What the pane says, by its labels."""
        pane = self.application.find('panel', 'Backup Details')
        # GTK names a labelled label by its own text and then its label's.
        return {node.name.removeprefix(node.text).strip(): node.text for node in pane.walk()
                if node.role == 'label' and node.visible and node.text != node.name}

    def detail(self, label, part):
        return wait_for(f'{label} to be {part!r}',
                        lambda: part in self.details().get(label, '') and self.details()[label])

    def environment(self, mode):
        button = self.application.button(mode)
        button.press()
        wait_for(f'{mode} to be chosen', lambda: button.checked)
        wait_for('its backups', lambda: self.portal.backups(mode) and
                 len(list(self.list().children())) > 0)


@step
def list_backups(tour):
    """The list shows the backups of the environment"""
    tour.start()
    tour.environment('Production')
    backups = tour.portal.backups('Production')
    # Newer lists make rows only for what is near the part that is seen.
    rows = [row.texts() for row in tour.list().children()]
    check('rows for what the portal lists', 20 < len(rows) <= len(backups))
    for texts, backup in zip(rows, backups):
        check(f'{backup["model_version"]} in its place', backup['model_version'] in texts)
    tour.row('Completed', 'Nightly')
    failed = tour.row('Failed')
    tour.select(failed)
    reason = next(b['status_message'] for b in backups if b['state'] == 'failed')
    tour.application.see(reason, tour.application.find('panel', 'Backup Details'))
    tour.picture('production')
    tour.environment('Test')
    tour.picture('test')


@step
def create_backup(tour):
    """Create Backup gives a row at once and follows it until it is completed"""
    before = len(tour.portal.backups('Test'))
    comment = 'Before the tour changes anything'
    tour.application.button('Create Backup').press()
    dialog = tour.application.window('Create Backup')
    tour.application.find('text', lambda name: name.startswith('Comment'), dialog).write(comment)
    tour.picture('create-dialog')
    tour.application.button('Create Backup', dialog).press()
    tour.application.gone('Create Backup')
    row = tour.row(comment)
    tour.select(row)
    tour.picture('create-row')
    tour.row(comment, 'Completed')
    check('the selection stayed', comment in tour.selected_texts())
    backups = tour.portal.backups('Test')
    check('one more backup', len(backups) == before + 1)
    check('its comment arrived', backups[0]['comment'] == comment)
    check('it is completed', backups[0]['state'] == 'completed')
    check('it is listed first', tour.list().children().__next__().accessible == row.accessible)


@step
def see_details(tour):
    """Backup Details shows each value with its label"""
    backup = tour.portal.backups('Test')[0]
    tour.detail('Status', 'Completed')
    details = tour.details()
    for label in ('Status', 'Date', 'Created by', 'Model version', 'Size', 'Expires on',
                  'Snapshot ID'):
        check(f'{label} has a value in {details}', details.get(label))
    check('the model version', details['Model version'] == backup['model_version'])
    check('the creator', details['Created by'] == backup['created_by'])
    check('the id', details['Snapshot ID'] == backup['snapshot_id'])
    tour.picture('details')


@step
def edit_comment(tour):
    """The comment is edited in place and saved"""
    pane = tour.application.find('panel', 'Backup Details')
    comment = 'Kept as the state before the tour'
    tour.application.find('text', lambda name: name.startswith('Comment'), pane).write(comment)
    tour.application.button('Save Comment', pane).press()
    wait_for('the comment on the portal',
             lambda: tour.portal.backups('Test')[0]['comment'] == comment)
    tour.row(comment)
    tour.picture('comment')


def start_download(tour, kind, target):
    """Asks for the selected backup under that name; gives the dialog."""
    tour.application.button('Download…').press()
    dialog = tour.application.window('Download Backup')
    box = tour.application.find('check box', kind, dialog)
    if not box.checked:
        box.click()
        wait_for(f'{kind} to be chosen', lambda: box.checked)
    tour.application.find('text', lambda text: 'Save as' in text, dialog).write(str(target))
    tour.picture(f'download-{target.name.split(".")[0]}')
    check('no file before it is verified', not target.exists())
    tour.application.button('Download', dialog).press()
    return dialog


def end_download(tour, dialog, target):
    """Closes the dialog of a download, once that is done."""
    show = tour.application.button('Show in Folder', dialog)
    wait_for('the file', lambda: show.sensitive)
    tour.picture(f'downloaded-{target.name.split(".")[0]}')
    check('the file is there', target.exists())
    wait_for('what was beside it to go', lambda: not list(target.parent.glob(target.name + '.*')))
    tour.application.button('Close', dialog).press()
    tour.application.gone('Download Backup')


def download(tour, kind, name):
    """Downloads the selected backup and gives the path, once it is there."""
    target = tour.work / name
    end_download(tour, start_download(tour, kind, target), target)
    return target


@step
def download_full(tour):
    """A full backup comes whole: database, files and metadata"""
    path = download(tour, 'Full backup', 'full.tar.gz')
    with tarfile.open(path) as archive:
        names = archive.getnames()
        check('metadata', '.metadata' in names)
        database = tour.work / 'from-full.sqlite'
        with archive.extractfile('db/db.backup') as source, open(database, 'wb') as target:
            shutil.copyfileobj(source, target)
    check('as many files as the environment has',
          sum(n.startswith('tree/') and n.count('/') == 3 for n in names) ==
          len(tour.portal.files('Test')))
    check('the rows of the environment', rows_of(database) == tour.portal.rows('Test'))


@step
def download_parts(tour):
    """The uploaded files and the database come alone too"""
    files = download(tour, 'Uploaded files', 'files.tar.gz')
    database = download(tour, 'Database', 'database.backup')
    with tarfile.open(files) as archive:
        check('no database', 'db/db.backup' not in archive.getnames())
    check('the rows', rows_of(database) == tour.portal.rows('Test'))
    tour.downloaded = files, database


@step
def preferences(tour):
    """How many transfers run at once and how fast is set in the preferences"""
    tour.choose_in_menu('Preferences')
    window = tour.application.window('Preferences')
    tour.application.find('spin button', 'Transfers at once', window).set_value(2)
    limit = tour.application.find('check box', 'Limit the speed', window)
    limit.press()
    speed = tour.application.find('spin button', 'Highest speed in MB/s', window)
    wait_for('the speed to be set', lambda: limit.checked and speed.sensitive)
    speed.set_value(0.1)
    wait_for('what is set', lambda: 'speed-limit=100000' in tour.settings() and
             'transfers-at-once=2' in tour.settings())
    tour.picture('preferences')
    tour.application.button('Close', window).press()
    tour.application.gone('Preferences')


@step
def pause_and_resume(tour):
    """A download is paused and resumed, survives the end of the program, and is whole in the end"""
    target, part = tour.work / 'slow.tar.gz', tour.work / 'slow.tar.gz.part'
    # Slower than anybody would set it, as the sample's backups are small.
    keyfile = tour.home / 'config/glib-2.0/settings/keyfile'
    keyfile.write_text(tour.settings().replace('=100000', '=10000'))
    tour.application.button('Download…').press()
    dialog = tour.application.window('Download Backup')
    tour.application.find('text', lambda text: 'Save as' in text, dialog).write(str(target))
    tour.application.button('Download', dialog).press()
    tour.application.see('Receiving the file', dialog)
    wait_for('some of it', lambda: part.exists() and part.stat().st_blocks > 0)
    tour.picture('download-running')
    tour.application.button('Pause', dialog).press()
    tour.application.see('Paused', dialog)
    tour.picture('download-paused')
    tour.application.button('Close', dialog).press()
    tour.application.gone('Download Backup')
    check('not under its name yet', part.exists() and not target.exists())
    tour.application.button('Activity').press()
    pane = tour.application.find('panel', 'Activity')
    tour.application.see('Paused', pane)
    tour.picture('activity-paused')
    tour.application.button('Resume', pane).press()
    tour.application.see('Receiving the file', pane)
    tour.picture('activity-running')
    leave_and_return(tour, part)
    wait_for('the rest of it', target.exists, 60)
    # What proves it goes only when it is written down that it is done.
    wait_for('what was beside it to go', lambda: not list(tour.work.glob('slow.tar.gz.*')))
    with tarfile.open(target) as archive:
        check('metadata', '.metadata' in archive.getnames())
    check('the same as in one go', target.read_bytes() == (tour.work / 'full.tar.gz').read_bytes())
    tour.application.button('Activity').press()
    tour.application.see('Completed and verified')
    tour.picture('activity-returned')
    tour.show_details()


def leave_and_return(tour, part):
    """Closes the window while a transfer runs, and starts the program again, without a limit."""
    process = tour.application.process
    close = tour.application.find('push button', 'Close', tour.application.windows()[0])
    close.press()
    question = tour.application.find('dialog', 'Close Mainstay?')
    tour.application.see('They go on where they were', question)
    tour.picture('close-question')
    tour.application.find('push button', lambda name: 'Cancel' in name, question).press()
    tour.application.gone('Close Mainstay?')
    close.press()
    question = tour.application.find('dialog', 'Close Mainstay?')
    tour.application.find('push button', lambda name: 'Pause and Quit' in name, question).press()
    wait_for('the program to end', lambda: process.poll() is not None)
    check('it ended well', process.returncode == 0)
    check('what it had is kept', part.exists())
    tour.start(home=tour.home)


@step
def verify_file(tour):
    """A file on the disk is proved whole, or found bad, and shown with what is in it"""
    whole, damaged = tour.work / 'full.tar.gz', tour.work / 'flipped.tar.gz'
    content = bytearray(whole.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    tour.choose_in_menu('Verify a File…')
    window = tour.application.window('Verify a File')
    field = tour.application.find('text', lambda text: 'Backup file' in text, window)
    field.write(str(whole))
    tour.application.button('Verify', window).press()
    tour.application.see('No problems found', window)
    tour.application.see('Full backup', window)
    tour.application.see(hashlib.sha256(whole.read_bytes()).hexdigest(), window)
    tour.picture('verified')
    field.write(str(damaged))
    tour.application.button('Verify', window).press()
    tour.application.see('File Damaged', window)
    tour.picture('verified-damaged')
    tour.application.button('Close', window).press()
    tour.application.gone('Verify a File')


def type_name(tour, dialog, mode):
    tour.application.find('text', lambda name: name.startswith('Name of the environment'),
                          dialog).write(mode)


@step
def restore_with_warning(tour):
    """An older backup is restored into another environment, after the warning and a safety backup"""
    oldest = tour.portal.backups('Production')[-1]
    deployed = tour.portal.environment('Acceptance')['ModelVersion']
    rows, files = tour.portal.rows('Acceptance'), tour.portal.files('Acceptance')
    count = len(tour.portal.backups('Acceptance'))
    tour.environment('Production')
    tour.search(oldest['snapshot_id'])
    tour.select(list(tour.list().children())[0])
    tour.detail('Snapshot ID', oldest['snapshot_id'])
    tour.application.button('Restore…').press()
    dialog = tour.application.window('Restore Backup')
    choose_target(tour, dialog, 'Acceptance')
    warning = tour.application.see('older model version', dialog)
    check(f'the warning in {warning!r}', warning)
    tour.application.see(oldest['model_version'], dialog)
    tour.application.see(deployed, dialog)
    tour.picture('restore-warning')
    tour.application.button('Restore', dialog).press()
    tour.application.gone('Restore Backup')
    tour.search('')
    wait_for('the restored data', lambda: tour.portal.environment('Acceptance').get(
        'DataModelVersion') == oldest['model_version'], 60)
    check('other rows than before', tour.portal.rows('Acceptance') != rows)
    check('other files than before', tour.portal.files('Acceptance') != files)
    check('as many files as the backup has',
          len(tour.portal.files('Acceptance')) == oldest['files_count'])
    check('a safety backup', len(tour.portal.backups('Acceptance')) == count + 1)
    tour.environment('Acceptance')
    tour.application.see(f'{oldest["model_version"]}')
    notice = tour.application.see('Deploy model')
    check(f'the notice names the model in {notice!r}', oldest['model_version'] in notice)
    tour.picture('restored')


def choose_target(tour, dialog, mode):
    """The combo row's list answers only to real keys."""
    combo = tour.application.find('combo box', lambda name: 'Target environment' in name, dialog)
    for position in range(4):
        if any(mode == text for text in combo.texts()):
            return
        combo.click()
        tour.application.settle()
        for key in ['Home'] + ['Down'] * position:
            tour.application.key(key)
        tour.application.key('Return')
        tour.application.settle()
    raise AssertionError(f'{mode} cannot be chosen: {combo.texts()}')


@step
def upload_data(tour):
    """Data goes up into a stopped environment, which is cleared"""
    files, database = tour.downloaded
    count = len(tour.portal.backups('Acceptance'))
    tour.application.button('Upload Data…').press()
    dialog = tour.application.window('Upload Data')
    tour.picture('upload-consequences')
    tour.application.find('text', lambda name: 'Database file' in name, dialog).write(str(database))
    tour.application.find('text', lambda name: 'Archive of uploaded files' in name,
                          dialog).write(str(files))
    upload = tour.application.button('Clear and Upload', dialog)
    wait_for('both files to be looked into', lambda: upload.sensitive)
    tour.picture('upload-ready')
    upload.press()
    tour.application.gone('Upload Data')
    wait_for('the cleared environment',
             lambda: tour.portal.environment('Acceptance')['Status'] == 'Empty', 60)
    check('the uploaded rows', tour.portal.rows('Acceptance') == rows_of(database))
    check('the uploaded files', tour.portal.files('Acceptance') == tour.portal.files('Test'))
    check('no entry in the list', len(tour.portal.backups('Acceptance')) == count)
    tour.application.see('package')
    tour.picture('uploaded')
    tour.application.button('Activity').press()
    tour.picture('activity')
    tour.application.button('Activity').press()


def shown(tour):
    return len(list(tour.list().children()))


@step
def keyboard(tour):
    """The list does its work by the keyboard alone"""
    tour.environment('Test')
    everything = len(tour.portal.backups('Test'))
    application = tour.application
    # Keys go where the pointer is.
    list(tour.list().children())[0].click()
    application.key('ctrl+f')
    application.type('Old data')
    wait_for('the search', lambda: shown(tour) == 1)
    application.key('Escape')
    wait_for('all rows again', lambda: shown(tour) == everything)
    list(tour.list().children())[1].click()
    wait_for('the row', lambda: list(tour.list().children())[1].selected)
    for key, title in (('ctrl+n', 'Create Backup'), ('ctrl+u', 'Upload Data'),
                       ('ctrl+e', 'Restore Backup'), ('ctrl+d', 'Download Backup'),
                       ('Delete', 'Delete Backup')):
        application.key(key)
        application.window(title)
        application.settle()
        application.key('Escape')
        application.gone(title)
    application.key('shift+F10')
    # GTK 4.18 gives the items no names.
    application.find('menu item', lambda name: not name or name.startswith('Copy Snapshot ID'))
    tour.picture('row-menu')
    application.settle()
    application.key('Escape')
    application.settle()
    toggle = application.button('Show Backup Details')
    if not toggle.checked:
        application.key('F9')
        wait_for('the pane', lambda: toggle.checked)
        application.settle()
    application.key('F9')
    wait_for('the pane to go', lambda: not toggle.checked)
    application.settle()
    application.key('Return')
    wait_for('the pane', lambda: toggle.checked)
    application.key('ctrl+question')
    shortcuts = wait_for('the shortcuts', lambda: next(
        (w.name for w in application.windows() if 'Shortcuts' in w.name), None))
    tour.picture('shortcuts')
    application.key('Escape')
    application.gone(shortcuts)


@step
def delete_backup(tour):
    """A backup is deleted after a question"""
    tour.environment('Test')
    backup = tour.portal.backups('Test')[0]
    tour.select(tour.row(backup['comment']))
    tour.application.button('Delete…').press()
    dialog = tour.application.find('dialog', 'Delete Backup')
    tour.picture('delete-question')
    tour.application.find('push button', lambda name: name.split()[-1:] == ['Delete'],
                          dialog).press()
    wait_for('the backup to go', lambda: all(b['snapshot_id'] != backup['snapshot_id']
                                             for b in tour.portal.backups('Test')))
    wait_for('the row to go', lambda: all(backup['comment'] not in row.texts()
                                          for row in tour.list().children()))


@step
def production_asks_for_name(tour):
    """On production the services are named and the environment's name must be typed"""
    rows = tour.portal.rows('Production')
    tour.environment('Production')
    tour.application.button('Upload Data…').press()
    dialog = tour.application.window('Upload Data')
    for service in tour.portal.environment('Production')['PublishedAppServices']:
        tour.application.see(service, dialog)
    upload = tour.application.button('Clear and Upload', dialog)
    tour.application.find('text', lambda name: 'Database file' in name,
                          dialog).write(str(tour.downloaded[1]))
    stop = tour.application.find('push button', lambda name: name.startswith('Stop'), dialog)
    stop.press()
    wait_for('the app to stop',
             lambda: tour.portal.environment('Production')['Status'] == 'Stopped')
    tour.application.settle()
    check('not before the name', not upload.sensitive)
    type_name(tour, dialog, 'production')
    tour.application.settle()
    check('not with another name', not upload.sensitive)
    type_name(tour, dialog, 'Production')
    wait_for('the button', lambda: upload.sensitive)
    tour.picture('upload-production')
    tour.application.button('Cancel', dialog).press()
    tour.application.gone('Upload Data')
    check('nothing was touched', tour.portal.rows('Production') == rows)
    tour.end()


def look_around(tour, name):
    """The views that can look wrong, in another size, style or language."""
    tour.environment('Production')
    tour.picture(f'{name}-list')
    tour.select(list(tour.list().children())[0])
    if tour.size[0] < 880:
        tour.application.button(tour.word('Show Backup Details')).press()
    tour.picture(f'{name}-details')
    for verb, title in (('Create Backup', 'Create Backup'), ('Upload Data…', 'Upload Data'),
                        ('Restore…', 'Restore Backup'), ('Download…', 'Download Backup')):
        tour.application.button(tour.word(verb)).press()
        dialog = tour.application.window(tour.word(title))
        tour.picture(f'{name}-{title.split()[0].lower()}')
        tour.application.button(tour.word('Cancel'), dialog).press()
        tour.application.gone(tour.word(title))
    tour.application.button(tour.word('Activity')).press()
    tour.application.find('panel', tour.word('Activity'))
    tour.application.settle()
    tour.picture(f'{name}-activity')
    tour.choose_in_menu('Verify a File…')
    window = tour.application.window(tour.word('Verify a File'))
    tour.application.find('text', lambda text: tour.word('Backup file') in text, window).write(
        str(tour.work / 'full.tar.gz'))
    tour.application.button(tour.word('Verify'), window).press()
    tour.application.see(tour.word('No problems found'), window)
    tour.picture(f'{name}-verified')
    tour.application.button(tour.word('Close'), window).press()
    tour.application.gone(tour.word('Verify a File'))
    tour.choose_in_menu('Preferences')
    tour.application.window(tour.word('Preferences'))
    tour.picture(f'{name}-preferences')
    tour.end()


@step
def narrow(tour):
    """At 480 pixels everything can be reached"""
    tour.start((480, 720))
    look_around(tour, 'narrow')


@step
def dark(tour):
    """The dark style is as readable"""
    tour.start(ADW_DEBUG_COLOR_SCHEME='prefer-dark')
    look_around(tour, 'dark')


@step
def german(tour):
    """German, whose words are long, has room on a narrow window too"""
    tour.start((480, 720), language='de')
    look_around(tour, 'german')


@step
def sample_portal(tour):
    """The first start offers the sample portal, which comes and goes with the application"""
    tour.start(account=False)
    tour.application.button('Connect to a Portal')
    tour.picture('welcome')
    tour.application.button('Try the Sample Portal').press()
    wait_for('its backups', lambda: len(list(tour.list().children())) > 0, 60)
    children = tour.application.children()
    check('a portal of its own', any('mainstay-portal' in child for child in children.values()))
    tour.end()
    wait_for('the portal to end', lambda: not any(
        os.path.exists(f'/proc/{pid}') for pid in children))


@step
def sample_option(tour):
    """The option --sample opens on the sample portal straight away, and --version says which"""
    tour.start(account=False, arguments=['--sample'])
    wait_for('its backups', lambda: len(list(tour.list().children())) > 0, 60)
    tour.end()
    printed = subprocess.run([tour.build / 'src/ui/mainstay', '--version'], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    check(f'a version in {printed!r}', re.fullmatch(r'Mainstay \d+(\.\d+)+\n', printed))


def run_all(tour, steps):
    failed = 0
    print(f'1..{len(steps)}', flush=True)
    for number, function in enumerate(steps, 1):
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
            failed = run_all(tour, STEPS)
        finally:
            tour.end()
            portal.end()
    print(f'# pictures in {pictures}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""The acceptance test against a server that has the documented API and nothing else, as Mendix Cloud:
everything it can do is done from the window, and what it cannot do is shown as unavailable."""

import os
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from portal import DocumentedOnly  # noqa: E402
from tour import Tour, check, choose_target, download, run_all  # noqa: E402
from window import wait_for  # noqa: E402

STEPS = []
COMMENT = 'Made through the documented API'
EDITED = 'Edited through the documented API'


def step(function):
    STEPS.append(function)
    return function


def insensitive(tour, button, *words):
    """It cannot be pressed, and says why to those who do not see the tooltip as well."""
    found = tour.application.button(button)
    wait_for(f'{button} to be insensitive', lambda: not found.sensitive)
    check(f'the reason in {found.description!r}', all(w in found.description for w in words))


@step
def lists(tour):
    """The list shows the server's backups; Upload Data… says why it is not available"""
    tour.start()
    tour.environment('Test')
    backups = tour.portal.backups('Test')
    wait_for('all rows', lambda: len(list(tour.list().children())) == len(backups))
    for mode in ('Test', 'Acceptance', 'Production'):
        status = tour.portal.environment(mode)
        check('status and model', tour.application.button(mode).description ==
              f'{status["Status"]} · {status["ModelVersion"]}')
    insensitive(tour, 'Upload Data…', 'cannot take data uploads')
    tour.picture('documented')


@step
def creates(tour):
    """A backup is created and followed to its end"""
    before = len(tour.portal.backups('Test'))
    tour.application.button('Create Backup').press()
    dialog = tour.application.window('Create Backup')
    tour.application.find('text', lambda name: name.startswith('Comment'), dialog).write(COMMENT)
    tour.application.button('Create Backup', dialog).press()
    tour.application.gone('Create Backup')
    tour.select(tour.row(COMMENT))
    tour.row(COMMENT, 'Completed')
    backups = tour.portal.backups('Test')
    check('one more backup', len(backups) == before + 1)
    check('with its comment', backups[0]['comment'] == COMMENT)
    tour.detail('Snapshot ID', backups[0]['snapshot_id'])


@step
def edits(tour):
    """Its comment is edited"""
    pane = tour.application.find('panel', 'Backup Details')
    tour.application.find('text', lambda name: name.startswith('Comment'), pane).write(EDITED)
    tour.application.button('Save Comment', pane).press()
    wait_for('the comment on the server',
             lambda: tour.portal.backups('Test')[0]['comment'] == EDITED)
    tour.row(EDITED)


@step
def downloads(tour):
    """A full backup and a database are downloaded; the uploaded files alone are not available"""
    tour.application.button('Download…').press()
    dialog = tour.application.window('Download Backup')
    files = tour.application.find('check box', 'Uploaded files', dialog)
    check('not to be chosen', not files.sensitive)
    tour.application.see('cannot make a download of the uploaded files alone', dialog)
    tour.picture('documented-download')
    tour.application.button('Cancel', dialog).press()
    tour.application.gone('Download Backup')
    with tarfile.open(download(tour, 'Full backup', 'documented.tar.gz')) as archive:
        check('metadata and database', {'.metadata', 'db/db.backup'} <= set(archive.getnames()))
        dump = archive.extractfile('db/db.backup').read()
    check('a dump', dump.startswith(b'PGDMP'))
    database = download(tour, 'Database', 'documented.backup').read_bytes()
    check('the same dump', database == dump)


@step
def restores(tour):
    """An older backup is restored into another environment, which says what to deploy"""
    backup = tour.portal.backups('Test')[-1]
    deployed = tour.portal.environment('Acceptance')['ModelVersion']
    count = len(tour.portal.backups('Acceptance'))
    tour.select(list(tour.list().children())[-1])
    tour.detail('Snapshot ID', backup['snapshot_id'])
    tour.application.button('Restore…').press()
    dialog = tour.application.window('Restore Backup')
    choose_target(tour, dialog, 'Acceptance')
    restore = tour.application.button('Restore', dialog)
    wait_for('all checks', lambda: restore.sensitive)
    tour.picture('documented-restore')
    restore.press()
    tour.application.gone('Restore Backup')
    tour.application.see('Restore into Acceptance: Completed')
    check('a safety backup', len(tour.portal.backups('Acceptance')) == count + 1)
    tour.environment('Acceptance')
    notice = tour.application.see('Deploy model')
    check(f'both models in {notice!r}',
          backup['model_version'] in notice and deployed in notice)
    tour.picture('documented-restored')


@step
def deletes(tour):
    """A backup is deleted after a question"""
    tour.environment('Test')
    backup = tour.portal.backups('Test')[0]
    tour.select(tour.row(EDITED))
    tour.application.button('Delete…').press()
    dialog = tour.application.find('dialog', 'Delete Backup')
    tour.application.find('push button', lambda name: name.split()[-1:] == ['Delete'],
                          dialog).press()
    wait_for('the backup to go', lambda: all(b['snapshot_id'] != backup['snapshot_id']
                                             for b in tour.portal.backups('Test')))
    wait_for('the row to go', lambda: all(EDITED not in row.texts()
                                          for row in tour.list().children()))


def main():
    build, pictures = sys.argv[1:3]
    os.makedirs(pictures, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='mainstay-tour-') as work:
        server = DocumentedOnly(os.path.join(build, 'tests/server/documented-only-server'))
        tour = Tour(build, pictures, server, work)
        try:
            failed = run_all(tour, STEPS)
        finally:
            tour.end()
            server.end()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

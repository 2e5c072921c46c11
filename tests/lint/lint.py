#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""What can be told of the sources without running them. Prints TAP."""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
BELOW = {
    'core': {'core'},
    'archive': {'archive', 'core'},
    'client': {'client', 'core'},
    'transfer': {'transfer', 'archive', 'client', 'core'},
    'ui': {'ui', 'transfer', 'archive', 'client', 'core'},
    'portal': {'portal', 'archive', 'core'},
}
SKIPPED = {'.git', '.cache', 'fixtures'}
SOURCES = {'.c', '.h', '.py', '.mjs', '.ui', '.css', '.build', '.sh'}
LONGEST_LINE, LONGEST_FILE, LONGEST_FUNCTION = 100, 800, 60


def files():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in SKIPPED and not f.startswith('build')]
        for name in names:
            yield pathlib.Path(folder, name)


FILES = sorted(files())
SRC = [p for p in FILES if p.is_relative_to(ROOT / 'src')]
C_FILES = [p for p in FILES if p.suffix in ('.c', '.h')]


def shown(path):
    return path.relative_to(ROOT)


def licences():
    """Every source says its licence."""
    for path in FILES:
        if path.suffix in SOURCES - {'.build'} or path.name == 'dev':
            if 'SPDX-License-Identifier:' not in '\n'.join(path.read_text().splitlines()[:4]):
                yield f'{shown(path)}: no SPDX-License-Identifier in its first lines'


def widths():
    """Lines end before column 101 and hold no tabs or trailing blanks."""
    for path in C_FILES:
        for number, line in enumerate(path.read_text().split('\n'), 1):
            if len(line) > LONGEST_LINE:
                yield f'{shown(path)}:{number}: {len(line)} columns'
            if '\t' in line or line != line.rstrip():
                yield f'{shown(path)}:{number}: a tab or a trailing blank'


def sizes():
    """Files and functions stay small enough to read."""
    for path in C_FILES:
        lines = path.read_text().split('\n')
        if len(lines) > LONGEST_FILE:
            yield f'{shown(path)}: {len(lines)} lines'
        start = None
        for number, line in enumerate(lines):
            if line == '{':
                start = number
            elif line == '}' and start is not None:
                head = ' '.join(lines[max(0, start - 6):start])
                if number - start > LONGEST_FUNCTION and 'class_init' not in head:
                    yield f'{shown(path)}:{start}: a function of {number - start} lines'
                start = None


def layers():
    """No layer includes one above it."""
    home = {p.name: p.relative_to(ROOT / 'src').parts[0] for p in SRC if p.suffix == '.h'}
    for path in SRC:
        layer = path.relative_to(ROOT / 'src').parts[0]
        if path.suffix not in ('.c', '.h') or layer not in BELOW:
            continue
        for name in re.findall(r'#include\s+["<](?:[\w./-]*/)?([\w-]+\.h)[">]', path.read_text()):
            if name in home and home[name] not in BELOW[layer]:
                yield f'{shown(path)}: {layer} includes {name} of {home[name]}'
        if layer != 'ui' and re.search(r'#include\s+<(gtk/|adwaita)', path.read_text()):
            yield f'{shown(path)}: only ui may use GTK'


def names():
    """A header's name is unique, because layers are told apart by folder alone."""
    seen = {}
    for path in SRC:
        if path.suffix == '.h' and path.name in seen:
            yield f'{shown(path)}: also {shown(seen[path.name])}'
        seen[path.name] = path


def frees():
    """Ownership is in the types."""
    for path in SRC:
        if path.suffix != '.c':
            continue
        for number, line in enumerate(path.read_text().split('\n'), 1):
            if re.search(r'\bgoto\s+\w+;', line):
                yield f'{shown(path)}:{number}: goto'


def blocking():
    """The interface does no synchronous input or output."""
    pattern = re.compile(r'\bg_file_(load_contents|read|replace|query_info|copy|delete)\s*\(|'
                         r'_sync\s*\(|soup_session_send\s*\(')
    for path in SRC:
        if path.suffix == '.c' and path.parts[-2] == 'ui':
            for number, line in enumerate(path.read_text().split('\n'), 1):
                if pattern.search(line):
                    yield f'{shown(path)}:{number}: {line.strip()}'


def potfiles():
    """Every file with words for people is in POTFILES, and nothing else is."""
    listed = {line for line in (ROOT / 'po/POTFILES').read_text().split('\n')
              if line and not line.startswith('#')}
    pattern = re.compile(r'\b(_|C_|N_|NC_|ngettext)\s?\("|translatable="')
    found = {str(shown(p)) for p in SRC
             if p.suffix in ('.c', '.ui') and pattern.search(p.read_text())}
    found |= {str(shown(p)) for p in FILES if p.parent == ROOT / 'data' and
              p.name.endswith(('.desktop.in', '.metainfo.xml.in', '.gschema.xml'))}
    for name in sorted(found - listed):
        yield f'{name}: not in po/POTFILES'
    for name in sorted(listed - found):
        yield f'{name}: in po/POTFILES, but it has no words'


def translations():
    """Each language is complete: nothing untranslated, nothing fuzzy."""
    for language in (ROOT / 'po/LINGUAS').read_text().split():
        text = (ROOT / f'po/{language}.po').read_text()
        for entry in text.split('\n\n')[1:]:
            if re.search(r'^#, .*fuzzy', entry, re.M):
                yield f'po/{language}.po: fuzzy: {entry.strip()[:80]}'
            elif re.search(r'^msgid ', entry, re.M) and \
                    re.search(r'^msgstr(\[\d\])? ""(?!\n")', entry, re.M):
                yield f'po/{language}.po: untranslated: {entry.strip()[:200]}'


def main():
    checks = [licences, widths, sizes, layers, names, frees, blocking, potfiles, translations]
    failed = 0
    print(f'1..{len(checks)}')
    for number, check in enumerate(checks, 1):
        problems = list(check())
        for problem in problems:
            print(f'# {problem}')
        failed += bool(problems)
        print(f'{"not ok" if problems else "ok"} {number} {check.__name__}: {check.__doc__}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

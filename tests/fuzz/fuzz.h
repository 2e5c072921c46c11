/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What libFuzzer calls, and fuzz-main.c where there is none. Always 0. */
int   LLVMFuzzerTestOneInput (const guint8 *data,
                              size_t        size);
/* What libFuzzer calls before the first of them. Always 0. */
int   LLVMFuzzerInitialize   (int          *argc,
                              char       ***argv);

/* (transfer full): as a text, whatever it holds, with its end marked behind it */
char *fuzz_dup_text          (const guint8 *data,
                              size_t        size);
/* (transfer full): its lines; for parsers that take several short texts at once. There are as many
 * as @n_lines, empty ones at the end if need be. */
GStrv fuzz_dup_lines         (const guint8 *data,
                              size_t        size,
                              unsigned int  n_lines);
/* Puts them into a file of that name, in a folder that is this program's own. (transfer full): its
 * path */
char *fuzz_write             (const char   *name,
                              const guint8 *data,
                              size_t        size);

G_END_DECLS

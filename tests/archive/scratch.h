/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A folder of its own for each test, removed with all it holds. */
typedef struct
{
  char *path;
} Scratch;

void    scratch_set_up    (Scratch       *self,
                           gconstpointer  data);
void    scratch_tear_down (Scratch       *self,
                           gconstpointer  data);
char   *scratch_file      (Scratch       *self,
                           const char    *name);
char   *scratch_write     (Scratch       *self,
                           const char    *name,
                           const void    *bytes,
                           gssize         length);
void    scratch_make      (Scratch       *self,
                           const char    *name,
                           const void    *bytes,
                           gssize         length);
GBytes *load_bytes        (const char    *path);
void    assert_same_file  (const char    *path,
                           const void    *bytes,
                           size_t         length);
GBytes *noise_bytes       (guint32        seed,
                           size_t         length);
void    run_program       (const char    *folder,
                           const char    *first,
                           ...) G_GNUC_NULL_TERMINATED;

#define scratch_test(path, function) \
  g_test_add (path, Scratch, NULL, scratch_set_up, function, scratch_tear_down)

G_END_DECLS

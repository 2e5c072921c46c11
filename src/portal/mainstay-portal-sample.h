/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Fills @data_directory, which must be empty or not there, with two apps and some weeks of what
 * happened to them: see mainstay-portal-sample.c. @user_name and @key: (out) (transfer full): a
 * user who may do everything. */
gboolean mainstay_portal_sample_make (const char  *data_directory,
                                      char       **user_name,
                                      char       **key,
                                      GError     **error);

/* The data of one sample environment, in mainstay-portal-sample-data.c. @seed makes it the same
 * each time. */
gboolean mainstay_portal_sample_fill (const char  *database,
                                      const char  *files,
                                      int          n_files,
                                      guint32      seed,
                                      GError     **error);
/* A day's work in it. */
gboolean mainstay_portal_sample_work (const char  *database,
                                      const char  *files,
                                      guint32      seed,
                                      GError     **error);

G_END_DECLS

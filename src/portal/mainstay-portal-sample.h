/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Fills @data_directory, which must be empty or not there, with two apps and some weeks of what
 * happened to them: see mainstay-portal-sample.c. @server is (nullable): the URI of a PostgreSQL
 * server to make their databases on. @user_name and @key: (out) (transfer full): a user who may do
 * everything. */
gboolean mainstay_portal_sample_make (const char  *data_directory,
                                      const char  *server,
                                      char       **user_name,
                                      char       **key,
                                      GError     **error);

/* The data of one sample environment, in mainstay-portal-sample-data.c. @database is an SQLite file
 * or a server's URI. @seed makes it the same each time. */
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

/* mainstay-portal-sample-postgresql.c. Returns: (transfer full): the URI of a new database */
char    *mainstay_portal_sample_make_database (const char  *server,
                                               const char  *app_id,
                                               const char  *mode,
                                               GError     **error);
void     mainstay_portal_sample_drop_database (const char  *uri);
/* Lets it be away for a moment. */
gboolean mainstay_portal_sample_hide_database (const char  *uri,
                                               gboolean     is_hidden,
                                               GError     **error);

G_END_DECLS

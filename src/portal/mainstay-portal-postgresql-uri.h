/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayPortalPostgresqlUri:
 *
 * A connection URI as PostgreSQL's own programs take it, taken apart so that none of it has to be
 * on a command line: all but the database's name goes to them in the environment. Two parameters
 * are ours: `newest_dump` (the newest format of dumps that is taken, as `1.14`) and `restore_jobs`
 * (how many connections a restore uses).
 */
typedef struct
{
  char *database;
  GHashTable *variables; /* PGHOST and the like, owned strings */
  char *password;        /* owned (nullable): also among the variables */
  int newest_major;      /* 0 when it is not said */
  int newest_minor;
  unsigned int restore_jobs;
} MainstayPortalPostgresqlUri;

/* MAINSTAY_ERROR_INVALID_PARAMETERS; no message holds any of @text but a parameter's name. */
MainstayPortalPostgresqlUri *
         mainstay_portal_postgresql_uri_parse       (const char                   *text,
                                                     GError                      **error);
void     mainstay_portal_postgresql_uri_free        (MainstayPortalPostgresqlUri  *self);
/* Returns: (transfer full): @text without its password, to be shown */
char    *mainstay_portal_postgresql_uri_strip       (const char                   *text);
/* The same with another database; @text must have been parsed once. */
char    *mainstay_portal_postgresql_uri_with_database (const char                 *text,
                                                     const char                   *database);
/* Whether both are URIs that name a database of the same name. */
gboolean mainstay_portal_postgresql_uri_names_same  (const char                   *one,
                                                     const char                   *other);
/* What a child program is given. Returns: (transfer full) */
GStrv    mainstay_portal_postgresql_uri_make_environment (const MainstayPortalPostgresqlUri *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalPostgresqlUri, mainstay_portal_postgresql_uri_free)

G_END_DECLS

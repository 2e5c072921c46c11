/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-files.h"
#include "mainstay-portal-postgresql-uri.h"

G_BEGIN_DECLS

/* Runs PostgreSQL's own programs, which speak for us to a server. They get their arguments as a
 * vector, their password in the environment, and do not outlive the thread that runs them. Blocks;
 * for worker threads. */

/* Writes to @to what a program reads; in a thread of its own. */
typedef gboolean (*MainstayPortalPostgresqlFeed) (GOutputStream  *to,
                                                  gpointer        user_data,
                                                  GError        **error);

/**
 * MainstayPortalPostgresqlRun:
 *
 * One run of a program.
 */
typedef struct
{
  const MainstayPortalPostgresqlUri *uri;
  const char *program;          /* the whole path */
  const char *const *arguments; /* without argv[0] and the database */
  const char *database;         /* (nullable): to connect to instead of the URI's */
  const char *input;            /* (nullable): what it reads */
  MainstayPortalPostgresqlFeed feed; /* (nullable): what it reads instead, as it comes */
  gpointer feed_data;
  const char *options;          /* (nullable): more of PGOPTIONS */
  GOutputStream *to;            /* (nullable): where it writes; else it is kept */
  MainstayPortalMeter *meter;   /* (nullable): counts what goes to @to, and stops the run */
  GCancellable *cancellable;    /* (nullable): stops it instead of the meter's */
} MainstayPortalPostgresqlRun;

/* Finds @name of the least major version that is at least @version, or else of the greatest there
 * is. Returns: (transfer full): its path; NULL with MAINSTAY_ERROR_SERVICE_UNAVAILABLE when none
 * is. @found: (out) (optional): its major version */
char    *mainstay_portal_postgresql_find (const char                         *name,
                                          int                                 version,
                                          int                                *found,
                                          GError                            **error);
/* @output: (out) (optional) (transfer full): what it wrote, without @to. An error says what the
 * program complained of, in one line without secrets; MAINSTAY_ERROR_SERVICE_UNAVAILABLE when it
 * did not reach the server. */
gboolean mainstay_portal_postgresql_run  (const MainstayPortalPostgresqlRun  *run,
                                          char                              **output,
                                          GError                            **error);
/* Runs statements by psql, each in a transaction of its own, up to the first that fails. @database
 * is (nullable). @answer: (out) (optional) (transfer full): the rows, in lines without an end of
 * their own. */
gboolean mainstay_portal_postgresql_query (const MainstayPortalPostgresqlUri  *uri,
                                          const char                         *database,
                                          const char                         *statements,
                                          MainstayPortalMeter                *meter,
                                          char                              **answer,
                                          GError                            **error);
/* Quoted for a statement. Returns: (transfer full) */
char    *mainstay_portal_postgresql_name  (const char                         *name);
char    *mainstay_portal_postgresql_text  (const char                         *text);

G_END_DECLS

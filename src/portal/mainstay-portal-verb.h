/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-store.h"

G_BEGIN_DECLS

/* What an option said, or else the first line of @file, where a password may be: what is on a
 * command line can be read by everybody on the machine. @text and @file are (nullable). Returns:
 * FALSE with @error; @uri: (out) (nullable) (transfer full) */
gboolean           mainstay_portal_verb_read_uri   (const char                *text,
                                                    const char                *file,
                                                    char                     **uri,
                                                    GError                   **error);

/* One verb of a command, as `add` in `mainstay-portal user add NAME`: what it takes, and what it
 * does in one transaction of the records, which is committed when it succeeds. */
typedef struct
{
  const char *name;
  const char *arguments;       /* for the help: `NAME APP MODE` */
  int n_arguments;
  const char *summary;
  const GOptionEntry *options; /* (nullable) */
  gboolean (*run) (MainstayPortalTransaction  *tx,
                   const char                 *data_directory,
                   char                      **arguments,
                   GError                    **error);
  /* (nullable): after it is committed; text for stdout goes here */
  void     (*done) (void);
} MainstayPortalVerb;

int                mainstay_portal_run_verb        (const char                *command,
                                                    const MainstayPortalVerb  *verbs,
                                                    size_t                     n_verbs,
                                                    int                        argc,
                                                    char                     **argv);
/* With the errors of an administrator: MAINSTAY_ERROR_APP_NOT_FOUND, _ENVIRONMENT_NOT_FOUND. */
MainstayPortalApp *mainstay_portal_verb_find_app   (MainstayPortalTransaction *tx,
                                                    const char                *app_id,
                                                    GError                   **error);
MainstayPortalEnvironment *
                   mainstay_portal_verb_find_environment (MainstayPortalTransaction *tx,
                                                    const char                *app_id,
                                                    const char                *mode,
                                                    GError                   **error);

G_END_DECLS

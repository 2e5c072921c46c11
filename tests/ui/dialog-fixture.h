/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <adwaita.h>

#include "mainstay-dialogs.h"

/* A window over a small portal that answers from tables, in this process and on this main loop, so
 * that a test says in a line what the portal thinks and sees each request that came. */
typedef struct
{
  SoupServer *server;
  char *url;
  GHashTable *statuses;     /* environment name to its Status */
  GPtrArray *activity;      /* JSON of entries, newest first */
  GPtrArray *requests;      /* "METHOD /path?query body" */
  const char *extensions;   /* JSON array; NULL: a portal without any */
  const char *api_key;      /* the right one */
  unsigned int stop_status; /* HTTP status of stop; 200 works */
  unsigned int ask_status;  /* HTTP status of GET of one environment; 200 works */
  unsigned int delete_status;
  const char *archive_path; /* what a download brings; NULL: it is refused */
  const char *archive_state;
  const char *job_state;    /* of a backup that was created here */

  MainstaySession *session;
  MainstayBackupList *list; /* of Acceptance; borrowed from the session */
  MainstayOperationList *operations;
  GtkWindow *window;
} DialogFixture;

DialogFixture  *dialog_fixture_new            (const char    *extensions);
void            dialog_fixture_free           (DialogFixture *self);
/* How many requests begin with @prefix. */
unsigned int    dialog_fixture_count_requests (DialogFixture *self,
                                               const char    *prefix);
/* (nullable): the last of them */
const char     *dialog_fixture_find_request   (DialogFixture *self,
                                               const char    *prefix);
MainstayBackup *dialog_fixture_get_backup     (DialogFixture *self,
                                               const char    *comment);
/* Looks at another environment. */
void            dialog_fixture_choose         (DialogFixture *self,
                                               const char    *mode);

/* The open window with this title; NULL when there is none. */
GtkWindow      *dialog_find_window            (const char    *title);
/* The visible widget of @type under @root whose label, title or tooltip is @text. */
GtkWidget      *dialog_find                   (GtkWidget     *root,
                                               GType          type,
                                               const char    *text);
/* Fails the test when it takes too long. */
#define dialog_wait_until(condition) \
  G_STMT_START { \
    gint64 dialog_deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > dialog_deadline) \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition); \
        dialog_iterate (); \
      } \
  } G_STMT_END
void            dialog_iterate                (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DialogFixture, dialog_fixture_free)

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "test-api-fixture.h"
#include "test-cluster.h"

G_BEGIN_DECLS

/* The real program with an environment, Test, whose jobs it is killed in, and what must hold
 * whenever that was: the environment is wholly old or wholly new, what was completed is whole, and
 * nothing half made is listed or left. */

#define KILL_ORDER_SUFFIX ".kill-at"

typedef enum
{
  KILL_CREATE,
  KILL_RESTORE,
  KILL_UPLOAD,
  KILL_ARCHIVE,
  N_KILL_ACTIONS
} KillAction;

typedef struct
{
  const char *program;
  TestCluster *cluster; /* (nullable): whose database Test has, instead of one of SQLite's */
  gboolean is_server;   /* it is the cluster that is killed, not the program */
  TestApi *api;
  char *base;      /* the snapshot that is restored and packed */
  char *restored;  /* the environment as it holds it */
  char *before;    /* the environment as it was when the action began */
  char *databases; /* of the cluster, when nothing is left over */
  GBytes *dump;    /* what is uploaded: the same data */
  GBytes *files;
  char *dump_id;   /* the uploads of this round */
  char *files_id;
  gint64 counts[N_KILL_ACTIONS]; /* records of each kind before the action */
  gint64 completed[N_KILL_ACTIONS];
  gint64 failed;                 /* of the action's kind */
  int step;        /* the change of the disk before which the program ends, 0: it does not */
} KillFixture;

/* Serves. */
void               kill_fixture_set_up          (KillFixture *self,
                                                 const char  *program,
                                                 TestCluster *cluster);
/* Which goes on as if nothing had been. */
void               kill_fixture_tear_down       (KillFixture *self);
void               kill_fixture_spawn           (KillFixture *self);
const char        *kill_fixture_get_table       (KillAction   action);
gint64             kill_fixture_count           (KillFixture *self,
                                                 KillAction   action,
                                                 const char  *condition);
/* The next archive would else be answered at once. */
void               kill_fixture_forget_archives (KillFixture *self);
char              *kill_fixture_dup_order_path  (KillFixture *self);
/* Asks for the action, on data that no backup has. Leaves the answer unread: the program may be
 * gone before it comes. Returns: (transfer full) */
GSocketConnection *kill_fixture_begin           (KillFixture *self,
                                                 KillAction   action,
                                                 int          round);
void               kill_fixture_await_record    (KillFixture *self,
                                                 KillAction   action);
/* Until the action has ended, or @path is there (nullable). */
void               kill_fixture_await_end       (KillFixture *self,
                                                 KillAction   action,
                                                 const char  *path);
/* The program has been killed @when, for the log: starts it again, and looks at everything.
 * Returns: whether the job was begun and did not come to its end. */
gboolean           kill_fixture_recover         (KillFixture *self,
                                                 KillAction   action,
                                                 const char  *when);
/* The same without starting it. */
gboolean           kill_fixture_look            (KillFixture *self,
                                                 KillAction   action,
                                                 const char  *when);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-list.h"
#include "mainstay-client.h"

#include "scratch.h"

G_BEGIN_DECLS

#define SCENE_KEY "the-key-of-the-test"
#define SCENE_USER "ada@example.com"

/* A portal that does what a test wants: one app, one environment, one backup, and jobs that take
 * three answers each: queued, running, ended. Runs in the test's own main loop. */
typedef struct
{
  SoupServer *server;
  char *url;
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackup *backup;
  MainstayBackupList *list;
  Scratch scratch;

  /* what happened: a line for each request, like "POST /restores" below the environment */
  GString *log;
  GHashTable *asked; /* how often each job was asked about */
  GPtrArray *comments;

  /* what is to happen */
  const char *backup_fails;  /* (nullable): the reason */
  const char *restore_fails;
  const char *archive_fails;
  const char *load_fails;
  const char *refuse;        /* (nullable): the errorCode that POSTs of jobs get */
  gboolean never_ends;       /* jobs stay running */
  int drops;                 /* so many questions about jobs get no answer */
  gboolean has_archives;     /* made recently, so that they are completed at once */
  GQueue links;              /* of strings: what each archive made links to */

  /* uploads */
  GHashTable *uploads;       /* id to GByteArray */
  GHashTable *metadata;      /* id to Upload-Metadata */
  gint64 lengths;            /* sum of what was announced */
  gint64 break_at;           /* breaks the connection once, when an upload has so many bytes; -1 */
  gint64 silent_at;          /* says nothing more, once, when an upload has so many bytes; -1 */
  gboolean always_breaks;    /* and again, without taking anything */
  gboolean forget_once;      /* answers 404 for an upload that was broken off */
  const char *algorithms;    /* (nullable): Tus-Checksum-Algorithm */
  GString *proofs;           /* what came of Upload-Checksum, a word a piece */
  int mismatches;            /* so many pieces are answered with 460 and not taken */
  int locks;                 /* so many pieces are answered with 423 */
  int busy;                  /* so many are answered with 429 and Retry-After: 1 */
  const char *location;      /* (nullable): where uploads are said to be */
  gint64 max_size;           /* Tus-Max-Size */
  gboolean lose_load;        /* does it, and breaks off instead of answering, once */
  gboolean drop_load;        /* breaks off before doing it, once */
  gboolean no_list;          /* of data uploads */
  GPtrArray *loads;          /* JSON objects: the data uploads there were */
  int n_patches;
  int n_terminated;
} Scene;

void  scene_set_up    (Scene         *self,
                       gconstpointer  data);
void  scene_tear_down (Scene         *self,
                       gconstpointer  data);
/* How often @line was requested. */
int   scene_count     (Scene         *self,
                       const char    *line);

#define scene_test(path, function) \
  g_test_add (path, Scene, NULL, scene_set_up, function, scene_tear_down)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-download-run.h"

G_BEGIN_DECLS

/**
 * MainstayDownloadWork:
 *
 * The whole of one run of MainstayDownloadEngine, from opening the part to naming the file, for the
 * engine's own thread.
 */
typedef struct
{
  char *path;                 /* owned: the asked name */
  MainstayPartJournal *about; /* owned */
  MainstayFileKind kind;
  MainstayRateLimit *limit;   /* borrowed */
  double wait_scale;
  unsigned int most;          /* connections */
  gboolean verifies;
  int replaces;               /* whether a file with that name may be replaced; -1 when it is there
                               * at the beginning, and set to what was found */

  gboolean keeps_journal;     /* when the file has its name, to be settled later */

  /* What it was in the end. */
  gint64 done;
  gint64 total;
  unsigned int retries;
  char *kept;                 /* owned (nullable): where a bad file lies now */

  /* Called in the thread; @run is there in between. */
  void (*begun) (MainstayDownloadRun *run,
                 gpointer             user_data);
  void (*ended) (MainstayDownloadRun *run,
                 gpointer             user_data);
  void (*changed) (gpointer user_data); /* in any thread */
  gpointer user_data;
} MainstayDownloadWork;

void     mainstay_download_work_free    (MainstayDownloadWork  *self);
/* Blocks. @file gets what was proved, where anything was. */
gboolean mainstay_download_work_do      (MainstayDownloadWork  *self,
                                         MainstayBackupFile   **file,
                                         GCancellable          *cancellable,
                                         GError               **error);
/* Blocks. Removes the part and its journal, unless somebody else's transfer writes there. */
void     mainstay_download_work_discard (const char            *path);
/* Blocks. Removes the journal of a file that has its name, unless there is a new part. */
void     mainstay_download_work_settle  (const char            *path);

G_END_DECLS

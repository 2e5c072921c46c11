/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-arrival-source.h"
#include "mainstay-connection-tuner.h"
#include "mainstay-part-journal.h"
#include "mainstay-rate-limit.h"
#include "mainstay-retry-budget.h"

G_BEGIN_DECLS

/* So many bytes that landed are worth to be pushed to the disk at once. */
#define MAINSTAY_DOWNLOAD_PUSH_SIZE (8 * 1024 * 1024)

typedef struct _MainstayDownloadConnection MainstayDownloadConnection;

/**
 * MainstayDownloadRun:
 *
 * What the threads of one run of MainstayDownloadEngine share: some connections, which fetch and
 * write; the keeper, which brings bytes and journal to the disk; the verifier, which proves them in
 * their order; and the engine's own thread, which starts and ends the others. It decides what a
 * failure means.
 */
typedef struct
{
  /* for all time */
  MainstayPartFile *part;     /* owned */
  char *journal_path;         /* owned */
  MainstayRateLimit *limit;   /* borrowed */
  double wait_scale;
  unsigned int most;          /* connections */
  void (*changed) (gpointer user_data); /* something for the main loop to look at */
  gpointer changed_data;      /* borrowed */

  GMutex mutex;
  GCond cond;                 /* anything below has changed, except for bytes that land */
  GCond keeper_cond;          /* there is much to push, or nothing any more */

  /* under the mutex, owned */
  MainstayPartJournal *journal; /* whose ranges are those that are on the disk */
  MainstayRangePlan *plan;
  MainstayConnectionTuner *tuner;
  MainstayByteSource *arrival;  /* (nullable): where nothing is proved */
  MainstayDownloadConnection *connections[MAINSTAY_MOST_CONNECTIONS]; /* (nullable) each */
  MainstayRetryBudget budget;
  char *url;                  /* (nullable); a secret */
  GError *failure;            /* (nullable): why it has to end */
  GError *trouble;            /* (nullable): why it is not getting on */

  gint64 retry_at;            /* monotonic: nothing is asked for before */
  gint64 best;                /* the most bytes there ever were */
  gint64 best_at_expiry;      /* when the last link expired */
  gint64 landed_at;           /* monotonic, of the last bytes */
  gint64 unpushed;            /* bytes that landed since the keeper looked */
  gint64 network_time;        /* microseconds that connections waited for the line, */
  gint64 other_time;          /* and for anything else */
  gint64 latency;             /* microseconds from asking to the first answer, 0 when unknown */
  unsigned int link_age;      /* how many links there were */
  unsigned int link_asks;     /* how often one was asked for */
  unsigned int retries;
  unsigned int changes;       /* how often it had to start over */
  gboolean stopping;          /* the threads are to end */
  gboolean link_needed;
  gboolean link_refused;      /* it is to be asked for again at retry_at */
  gboolean no_space;
  gboolean offline;           /* this machine says that it has no network */
  gboolean answered;          /* there was an answer with bytes since the beginning */
  gboolean can_resume;        /* ranges work, and the file can be told from another one */
  gboolean no_ranges;         /* better not ask for any */
  gboolean start_over;        /* the bytes there are cannot stay */
  gboolean length_known;      /* the server told it */
} MainstayDownloadRun;

MainstayDownloadRun *mainstay_download_run_new      (MainstayPartFile     *part,
                                                     MainstayPartJournal  *journal);
void                 mainstay_download_run_free     (MainstayDownloadRun  *self);

/* All of these with the mutex held. */

void     mainstay_download_run_tell         (MainstayDownloadRun      *self);
/* Sleeps until something changes, or until then. */
void     mainstay_download_run_wait         (MainstayDownloadRun      *self,
                                             gint64                    until);
void     mainstay_download_run_begin        (MainstayDownloadRun      *self);
void     mainstay_download_run_set_trouble  (MainstayDownloadRun      *self,
                                             const GError             *trouble);
/* Takes @error: ends the run, unless something else does already. */
void     mainstay_download_run_fail         (MainstayDownloadRun      *self,
                                             GError                   *error);
/* A break that waiting may mend; @asked_ms is the server's wish, -1 for none. */
void     mainstay_download_run_broke        (MainstayDownloadRun      *self,
                                             const GError             *error,
                                             gint64                    asked_ms);
void     mainstay_download_run_link_expired (MainstayDownloadRun      *self,
                                             unsigned int              link_age,
                                             const GError             *error);
void     mainstay_download_run_need_link    (MainstayDownloadRun      *self);
void     mainstay_download_run_give_link    (MainstayDownloadRun      *self,
                                             const char               *url,
                                             const char               *archive_id);
void     mainstay_download_run_refuse_link  (MainstayDownloadRun      *self,
                                             const GError             *error);
/* The line may be another one now: what waits tries at once. */
void     mainstay_download_run_wake         (MainstayDownloadRun      *self);
void     mainstay_download_run_network_changed (MainstayDownloadRun   *self);
void     mainstay_download_run_landed       (MainstayDownloadRun      *self,
                                             unsigned int              connection,
                                             gint64                    bytes);
/* TRUE once all bytes there will be have landed. */
gboolean mainstay_download_run_is_complete  (MainstayDownloadRun      *self);
unsigned int mainstay_download_run_count_busy (MainstayDownloadRun    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayDownloadRun, mainstay_download_run_free)

G_END_DECLS

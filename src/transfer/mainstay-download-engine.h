/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-backup-file.h"
#include "mainstay-part-journal.h"
#include "mainstay-rate-limit.h"

G_BEGIN_DECLS

/**
 * MainstayDownloadEngine:
 *
 * Brings an archive from its link to a file: over one connection or many, going on from what an
 * earlier run has left, and proving the bytes as they arrive. The asked name appears only with a
 * file that is whole. All work is done in threads; signals and callbacks come in the main context
 * that mainstay_download_engine_run_async() was called in.
 *
 * It knows no portal: when it needs a link, at the beginning or because one expired, it emits
 * "link-needed" and waits for mainstay_download_engine_give_link() or _refuse_link(). "changed" is
 * emitted some times a second, and at once when the phase or the trouble changes.
 */
#define MAINSTAY_TYPE_DOWNLOAD_ENGINE (mainstay_download_engine_get_type ())
G_DECLARE_FINAL_TYPE (MainstayDownloadEngine, mainstay_download_engine, MAINSTAY, DOWNLOAD_ENGINE,
                      GObject)

typedef enum {
  MAINSTAY_DOWNLOAD_PREPARING,    /* waits for a link */
  MAINSTAY_DOWNLOAD_TRANSFERRING,
  MAINSTAY_DOWNLOAD_VERIFYING     /* all bytes are here */
} MainstayDownloadPhase;

/* @about tells which backup it is of: a part of another one is not taken up. Copied. */
MainstayDownloadEngine *mainstay_download_engine_new (const char          *path,
                                                      MainstayFileKind     kind,
                                                      MainstayPartJournal *about);
/* Before a run. Without proving, only length and arrival are seen to: for measurements. */
void mainstay_download_engine_set_verifies (MainstayDownloadEngine *self,
                                            gboolean                verifies);
void mainstay_download_engine_set_most_connections (MainstayDownloadEngine *self,
                                                    unsigned int            most);
/* Multiplies every wait between tries, so that tests need not sit through them. */
void mainstay_download_engine_set_wait_scale (MainstayDownloadEngine *self,
                                              double                  scale);
/* Whether a file with the asked name may be replaced; by itself, one that is there when the first
 * run begins. */
void mainstay_download_engine_set_replaces (MainstayDownloadEngine *self,
                                            gboolean                replaces);
gboolean mainstay_download_engine_get_replaces (MainstayDownloadEngine *self);
/* Whether the journal of a file that got its name stays until it is settled: it tells after a crash
 * that the file is the one that was asked for. */
void mainstay_download_engine_set_keeps_journal (MainstayDownloadEngine *self,
                                                 gboolean                keeps);
void mainstay_download_engine_set_rate_limit (MainstayDownloadEngine *self,
                                              MainstayRateLimit      *limit);

/* Any number of times, one after the other. Cancelled or failed, it leaves what there is for the
 * next run; %MAINSTAY_ERROR otherwise. A bad file is kept as NAME.damaged. */
void mainstay_download_engine_run_async (MainstayDownloadEngine *self,
                                         GCancellable           *cancellable,
                                         GAsyncReadyCallback     callback,
                                         gpointer                user_data);
gboolean mainstay_download_engine_run_finish (MainstayDownloadEngine  *self,
                                              GAsyncResult            *result,
                                              GError                 **error);
/* Removes what runs have left; while none is under way. */
void mainstay_download_engine_discard_async (MainstayDownloadEngine *self,
                                             GAsyncReadyCallback     callback,
                                             gpointer                user_data);
gboolean mainstay_download_engine_discard_finish (MainstayDownloadEngine  *self,
                                                  GAsyncResult            *result,
                                                  GError                 **error);
/* Removes that journal; cannot fail. Any number of times, also without a run. */
void mainstay_download_engine_settle_async (MainstayDownloadEngine *self,
                                            GAsyncReadyCallback     callback,
                                            gpointer                user_data);

/* While it waits for a link. @archive_id is nullable. */
void mainstay_download_engine_give_link (MainstayDownloadEngine *self,
                                         const char             *url,
                                         const char             *archive_id);
void mainstay_download_engine_refuse_link (MainstayDownloadEngine *self,
                                           const GError           *error);

MainstayDownloadPhase mainstay_download_engine_get_phase (MainstayDownloadEngine *self);
gint64 mainstay_download_engine_get_done (MainstayDownloadEngine *self);
gint64 mainstay_download_engine_get_total (MainstayDownloadEngine *self);
/* 0 to 1, of the bytes that were to be proved; negative when unknown */
double mainstay_download_engine_get_proved (MainstayDownloadEngine *self);
unsigned int mainstay_download_engine_get_retries (MainstayDownloadEngine *self);
unsigned int mainstay_download_engine_get_connections (MainstayDownloadEngine *self);
/* (transfer full) (nullable): why it is not getting on */
GError *mainstay_download_engine_dup_trouble (MainstayDownloadEngine *self);
/* (nullable): what was found, after a run that went well and verified */
MainstayBackupFile *mainstay_download_engine_get_file (MainstayDownloadEngine *self);
/* (nullable): where the file lies that was found to be bad last */
const char *mainstay_download_engine_get_kept (MainstayDownloadEngine *self);

G_END_DECLS

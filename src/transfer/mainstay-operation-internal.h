/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation-private.h"
#include "mainstay-transfer-estimator.h"

G_BEGIN_DECLS

/* Between the files of the base class only. */

typedef struct
{
  MainstayClient *client;    /* (nullable) */
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackup *backup;    /* (nullable) */
  GCancellable *cancellable; /* (nullable): of the run that is under way */
  MainstayTransferEstimator *estimator;
  GError *error;             /* (nullable) */
  GError *trouble;           /* (nullable) */

  double progress;           /* 0 to 1, negative when unknown */
  double speed;              /* bytes a second, 0 when unknown */
  gint64 bytes_done;         /* -1 when unknown */
  gint64 bytes_total;        /* -1 when unknown */
  gint64 started_at;         /* milliseconds since 1970, 0 before */
  gint64 finished_at;        /* milliseconds since 1970, 0 before */
  int seconds_left;          /* -1 when unknown */
  unsigned int retries;
  unsigned int tick_id;
  unsigned int dirty;        /* a bit for each property to be notified of */
  unsigned int abilities;    /* a bit for each can-property that is TRUE */
  MainstayOperationState state;
  MainstayOperationStep step;
  unsigned int passed_no_return : 1;
  unsigned int managed : 1;
  unsigned int kept : 1;
  unsigned int running : 1;      /* run_async has not ended */
  unsigned int discarding : 1;
  unsigned int wants_cancel : 1; /* stays for good */
  unsigned int wants_pause : 1;  /* a person's wish */
  unsigned int held : 1;         /* the program's */
} MainstayOperationPrivate;

typedef enum {
  MAINSTAY_OPERATION_PROP_KIND = 1,
  MAINSTAY_OPERATION_PROP_STATE,
  MAINSTAY_OPERATION_PROP_STEP,
  MAINSTAY_OPERATION_PROP_PROGRESS,
  MAINSTAY_OPERATION_PROP_BYTES_DONE,
  MAINSTAY_OPERATION_PROP_BYTES_TOTAL,
  MAINSTAY_OPERATION_PROP_SPEED,
  MAINSTAY_OPERATION_PROP_SECONDS_LEFT,
  MAINSTAY_OPERATION_PROP_RETRIES,
  MAINSTAY_OPERATION_PROP_ERROR,
  MAINSTAY_OPERATION_PROP_TROUBLE,
  MAINSTAY_OPERATION_PROP_STARTED_AT,
  MAINSTAY_OPERATION_PROP_FINISHED_AT,
  MAINSTAY_OPERATION_PROP_CAN_CANCEL,
  MAINSTAY_OPERATION_PROP_CAN_PAUSE,
  MAINSTAY_OPERATION_PROP_CAN_RESUME,
  MAINSTAY_OPERATION_PROP_CAN_RETRY,
  MAINSTAY_OPERATION_PROP_CLIENT,
  MAINSTAY_OPERATION_PROP_APP,
  MAINSTAY_OPERATION_PROP_ENVIRONMENT,
  MAINSTAY_OPERATION_PROP_BACKUP
} MainstayOperationProperty;

MainstayOperationPrivate *_mainstay_operation_get           (MainstayOperation         *self);

/* -properties.c */
void                      _mainstay_operation_install       (GObjectClass              *klass);
/* Notifies of all that is marked. */
void                      _mainstay_operation_flush         (MainstayOperation         *self);
/* Marks what changed; one source notifies of all of it, ten times a second. */
void                      _mainstay_operation_mark          (MainstayOperation         *self,
                                                             MainstayOperationProperty  property);
/* Marks it without waking that source: a flush follows. */
void                      _mainstay_operation_note          (MainstayOperation         *self,
                                                             MainstayOperationProperty  property);
/* Notes which of the can-properties changed. */
void                      _mainstay_operation_note_abilities (MainstayOperation        *self);

/* -progress.c */
gboolean                  _mainstay_operation_tick_cb       (gpointer                   user_data);
/* Without its state. */
void                      _mainstay_operation_set_step      (MainstayOperation         *self,
                                                             MainstayOperationStep      step);
void                      _mainstay_operation_note_trouble  (MainstayOperation         *self,
                                                             const GError              *trouble);

/* Moves it on the table, and notifies. */
void                      _mainstay_operation_set_state     (MainstayOperation         *self,
                                                             MainstayOperationState     state);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-operation.h"

G_BEGIN_DECLS

/**
 * MainstayOperationFacts:
 *
 * What is known of an operation; nothing is owned. @bytes_done and @bytes_total are -1, @progress
 * negative, @seconds_left -1 and @speed 0 when unknown.
 */
typedef struct
{
  MainstayOperationKind kind;
  MainstayOperationState state;
  MainstayOperationStep step;
  const char *environment;
  const char *file_name; /* (nullable): of a download */
  double progress;
  gint64 bytes_done;
  gint64 bytes_total;
  double speed;
  unsigned int retries;
  int seconds_left;
  gint64 finished_at;
  const GError *error;
  const GError *trouble; /* (nullable) */
  const char *kept;      /* (nullable): the path of a download that was found bad */
  gboolean paused_by_user;
  gboolean stopping;     /* what is under way was told to stop */
  gboolean cancelling;
} MainstayOperationFacts;

/**
 * MainstayOperationText:
 *
 * What the screen says of an operation. @progress is negative when unknown; there is a bar only
 * when @active: it has not ended.
 */
typedef struct
{
  char *title;
  char *subtitle;
  char *progress_text;
  const char *icon_name;
  double progress;
  gboolean active;
} MainstayOperationText;

MainstayOperationText *mainstay_operation_text_new           (const MainstayOperationFacts *facts);
/* The facts of a live operation. (transfer full) */
MainstayOperationText *mainstay_operation_text_for_operation (MainstayOperation *operation);
void                   mainstay_operation_text_free          (MainstayOperationText        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayOperationText, mainstay_operation_text_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-check.h"
#include "mainstay-environment.h"
#include "mainstay-job.h"

G_BEGIN_DECLS

/* The lines of mainstay_restore_checks_new(), in their order. */
typedef enum {
  MAINSTAY_RESTORE_CHECK_ANSWER,
  MAINSTAY_RESTORE_CHECK_BACKUP,
  MAINSTAY_RESTORE_CHECK_APP,
  MAINSTAY_RESTORE_CHECK_DEPLOYED,
  MAINSTAY_RESTORE_CHECK_STOPPED,
  MAINSTAY_RESTORE_CHECK_IDLE,
  MAINSTAY_RESTORE_CHECK_MODEL,
  MAINSTAY_RESTORE_CHECK_FILES,
  MAINSTAY_RESTORE_CHECK_SAFETY
} MainstayRestoreCheckId;

/**
 * MainstayRestoreFacts:
 *
 * What is known about a restore before it begins. Everything is borrowed.
 */
typedef struct
{
  MainstayJobState backup_state;
  const char *backup_model;         /* (nullable) */
  const char *backup_app;           /* the app's name */
  gboolean same_app;

  const char *target;               /* the environment's name */
  MainstayEnvironmentStatus status;
  const char *target_model;         /* (nullable): of the deployed package */
  gboolean asking;                  /* the portal is being asked about the target */
  const char *ask_failure;          /* (nullable): why it could not be asked */
  gboolean stopping;
  const char *stop_failure;         /* (nullable): why the app could not be stopped */
  gboolean busy;                    /* another operation works on the target */

  gboolean database_only;
  gboolean safety_backup;
} MainstayRestoreFacts;

GPtrArray *mainstay_restore_checks_new (const MainstayRestoreFacts *facts);

G_END_DECLS

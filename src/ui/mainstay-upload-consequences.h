/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-check.h"
#include "mainstay-environment.h"

G_BEGIN_DECLS

/* The lines of mainstay_upload_consequences_new(), in their order. */
typedef enum {
  MAINSTAY_UPLOAD_REMOVES_PACKAGE,
  MAINSTAY_UPLOAD_REMOVES_DATABASE,
  MAINSTAY_UPLOAD_REMOVES_FILES,
  MAINSTAY_UPLOAD_UNPUBLISHES,
  MAINSTAY_UPLOAD_ADDS_NO_BACKUP,
  MAINSTAY_UPLOAD_NEEDS_PACKAGE
} MainstayUploadConsequenceId;

/* The lines of mainstay_upload_checks_new(), in their order. */
typedef enum {
  MAINSTAY_UPLOAD_CHECK_ANSWER,
  MAINSTAY_UPLOAD_CHECK_STOPPED,
  MAINSTAY_UPLOAD_CHECK_IDLE,
  MAINSTAY_UPLOAD_CHECK_FILES
} MainstayUploadCheckId;

/* How a file to be uploaded stands. */
typedef enum {
  MAINSTAY_UPLOAD_FILE_NONE,
  MAINSTAY_UPLOAD_FILE_INSPECTING,
  MAINSTAY_UPLOAD_FILE_GOOD,
  MAINSTAY_UPLOAD_FILE_REFUSED
} MainstayUploadFileState;

/**
 * MainstayUploadFacts:
 *
 * What is known about a data upload before it begins. Everything is borrowed.
 */
typedef struct
{
  const char *target;                /* the environment's name */
  MainstayEnvironmentStatus status;
  gboolean production;
  const char *package_name;          /* (nullable): of the deployed package */
  const char *package_version;       /* (nullable) */
  const char *const *services;       /* (nullable): published AppServices */
  gboolean services_known;           /* whether the portal tells them */
  gboolean asking;
  const char *ask_failure;           /* (nullable) */
  gboolean stopping;
  const char *stop_failure;          /* (nullable) */
  gboolean busy;

  MainstayUploadFileState database;
  MainstayUploadFileState files;
} MainstayUploadFacts;

GPtrArray *mainstay_upload_consequences_new (const MainstayUploadFacts *facts);
GPtrArray *mainstay_upload_checks_new       (const MainstayUploadFacts *facts);

G_END_DECLS

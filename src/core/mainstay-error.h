/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MAINSTAY_ERROR (mainstay_error_quark ())

/**
 * MainstayError:
 *
 * Everything that can go wrong and that somebody decides on. The message of a #GError in this
 * domain is detail for a log or a "details" line; the words for a person are made in one place,
 * from the code.
 *
 * The first group has a name on the wire (portal-api.md, part 1), the others are our own findings.
 */
typedef enum {
  MAINSTAY_ERROR_FAILED,

  /* Named by the API. */
  MAINSTAY_ERROR_UNAUTHORIZED,
  MAINSTAY_ERROR_NO_ACCESS,
  MAINSTAY_ERROR_INVALID_PARAMETERS,
  MAINSTAY_ERROR_INVALID_APPID,
  MAINSTAY_ERROR_APP_NOT_FOUND,
  MAINSTAY_ERROR_INVALID_ENVIRONMENT,
  MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND,
  MAINSTAY_ERROR_NOT_SUPPORTED,
  MAINSTAY_ERROR_ENVIRONMENT_BUSY,
  MAINSTAY_ERROR_INVALID_STATE,
  MAINSTAY_ERROR_UNSUPPORTED,
  MAINSTAY_ERROR_NOT_ALLOWED,
  MAINSTAY_ERROR_NOT_FOUND,
  MAINSTAY_ERROR_LISTING_FAILED,
  MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
  MAINSTAY_ERROR_ALREADY_STARTED,
  MAINSTAY_ERROR_NO_MDA_DEPLOYED,
  MAINSTAY_ERROR_NO_SUCH_START_JOB,
  MAINSTAY_ERROR_NO_PACKAGE,
  MAINSTAY_ERROR_DB_SYNC_FAILED,
  MAINSTAY_ERROR_START_FAILED,
  MAINSTAY_ERROR_STOP_FAILED,
  MAINSTAY_ERROR_PACKAGE_NOT_FOUND,
  MAINSTAY_ERROR_APP_IS_RUNNING,

  /* Found on the way to the portal or back. */
  MAINSTAY_ERROR_UNREACHABLE,
  MAINSTAY_ERROR_TIMED_OUT,
  MAINSTAY_ERROR_INSECURE,
  MAINSTAY_ERROR_BAD_ANSWER,
  MAINSTAY_ERROR_GATEWAY,
  MAINSTAY_ERROR_RATE_LIMITED,
  MAINSTAY_ERROR_TOO_LARGE,
  MAINSTAY_ERROR_REDIRECTED,
  MAINSTAY_ERROR_LINK_EXPIRED,
  MAINSTAY_ERROR_MISSING_EXTENSION,
  MAINSTAY_ERROR_JOB_FAILED,
  MAINSTAY_ERROR_NO_KEYRING,
  MAINSTAY_ERROR_ACCOUNT_NOT_READY,
  MAINSTAY_ERROR_ACCOUNT_GONE,

  /* Found in a backup file or on the disk. */
  MAINSTAY_ERROR_NOT_A_BACKUP,
  MAINSTAY_ERROR_WRONG_KIND,
  MAINSTAY_ERROR_DAMAGED,
  MAINSTAY_ERROR_TRUNCATED,
  MAINSTAY_ERROR_UNSAFE_PATH,
  MAINSTAY_ERROR_DUMP_TOO_NEW,
  MAINSTAY_ERROR_LENGTH_MISMATCH,
  MAINSTAY_ERROR_DIGEST_MISMATCH,
  MAINSTAY_ERROR_SOURCE_CHANGED,
  MAINSTAY_ERROR_NO_SPACE,
  MAINSTAY_ERROR_EXISTS,

  MAINSTAY_N_ERRORS
} MainstayError;

GQuark        mainstay_error_quark       (void);
const char   *mainstay_error_wire_name   (MainstayError  code);
unsigned int  mainstay_error_http_status (MainstayError  code);
gboolean      mainstay_error_from_wire   (const char    *wire_name,
                                          MainstayError *code);
gboolean      mainstay_error_is_transient (const GError *error);

G_END_DECLS

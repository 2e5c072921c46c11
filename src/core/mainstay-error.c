/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-error.h"

typedef struct
{
  MainstayError code;
  unsigned int http_status;
  const char *wire_name;
} WireError;

/* portal-api.md, part 1 and the errors of the calls in part 2. */
static const WireError wire_errors[] = {
  { MAINSTAY_ERROR_UNAUTHORIZED, 401, "UNAUTHORIZED" },
  { MAINSTAY_ERROR_NO_ACCESS, 403, "NO_ACCESS" },
  { MAINSTAY_ERROR_INVALID_PARAMETERS, 400, "INVALID_PARAMETERS" },
  { MAINSTAY_ERROR_INVALID_APPID, 400, "INVALID_APPID" },
  { MAINSTAY_ERROR_APP_NOT_FOUND, 404, "APP_NOT_FOUND" },
  { MAINSTAY_ERROR_INVALID_ENVIRONMENT, 400, "INVALID_ENVIRONMENT" },
  { MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND, 404, "ENVIRONMENT_NOT_FOUND" },
  { MAINSTAY_ERROR_NOT_SUPPORTED, 400, "NOT_SUPPORTED" },
  { MAINSTAY_ERROR_ENVIRONMENT_BUSY, 400, "ENVIRONMENT_BUSY" },
  { MAINSTAY_ERROR_INVALID_STATE, 400, "INVALID_STATE" },
  { MAINSTAY_ERROR_UNSUPPORTED, 400, "UNSUPPORTED" },
  { MAINSTAY_ERROR_NOT_ALLOWED, 400, "ERROR_NOT_ALLOWED" },
  { MAINSTAY_ERROR_NOT_FOUND, 404, "NOT_FOUND" },
  { MAINSTAY_ERROR_LISTING_FAILED, 500, "SNAPSHOT_LISTING_FAILED" },
  { MAINSTAY_ERROR_SERVICE_UNAVAILABLE, 500, "SERVICE_UNAVAILABLE" },
  { MAINSTAY_ERROR_ALREADY_STARTED, 200, "ALREADY_STARTED" },
  { MAINSTAY_ERROR_NO_MDA_DEPLOYED, 500, "NO_MDA_HAS_BEEN_DEPLOYED" },
  { MAINSTAY_ERROR_NO_SUCH_START_JOB, 404, "NO_SUCH_STARTJOB" },
  { MAINSTAY_ERROR_NO_PACKAGE, 500, "NO_PACKAGE" },
  { MAINSTAY_ERROR_DB_SYNC_FAILED, 500, "DB_SYNC_FAILED" },
  { MAINSTAY_ERROR_START_FAILED, 500, "START_FAILED" },
  { MAINSTAY_ERROR_STOP_FAILED, 500, "STOP_FAILED" },
  { MAINSTAY_ERROR_PACKAGE_NOT_FOUND, 404, "PACKAGE_NOT_FOUND" },
  { MAINSTAY_ERROR_APP_IS_RUNNING, 403, "APP_IS_RUNNING" },
};

G_DEFINE_QUARK (mainstay-error-quark, mainstay_error)

static const WireError *
find_by_code (MainstayError code)
{
  for (size_t i = 0; i < G_N_ELEMENTS (wire_errors); i++)
    if (wire_errors[i].code == code)
      return &wire_errors[i];
  return NULL;
}

/**
 * mainstay_error_wire_name:
 * @code: a code
 *
 * Returns: (nullable): the `errorCode` of @code, %NULL when the API has no name for it
 */
const char *
mainstay_error_wire_name (MainstayError code)
{
  const WireError *found = find_by_code (code);

  return found != NULL ? found->wire_name : NULL;
}

/**
 * mainstay_error_http_status:
 * @code: a code
 *
 * Returns: the HTTP status that goes with @code; 500 where the API has no name for it
 */
unsigned int
mainstay_error_http_status (MainstayError code)
{
  const WireError *found = find_by_code (code);

  return found != NULL ? found->http_status : 500;
}

/**
 * mainstay_error_from_wire:
 * @wire_name: (nullable): an `errorCode`
 * @code: (out): the code, untouched when @wire_name is unknown
 *
 * Returns: whether @wire_name is known
 */
gboolean
mainstay_error_from_wire (const char    *wire_name,
                          MainstayError *code)
{
  for (size_t i = 0; i < G_N_ELEMENTS (wire_errors); i++)
    if (g_strcmp0 (wire_errors[i].wire_name, wire_name) == 0)
      {
        *code = wire_errors[i].code;
        return TRUE;
      }
  return FALSE;
}

/**
 * mainstay_error_is_transient:
 * @error: (nullable): an error in the domain %MAINSTAY_ERROR
 *
 * Whether the same request may go through later (portal-api.md, part 1). Says nothing about
 * whether it may be repeated blindly: a POST whose answer was lost may have been done.
 *
 * Returns: %TRUE when waiting can help
 */
gboolean
mainstay_error_is_transient (const GError *error)
{
  return g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_RATE_LIMITED) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT);
}

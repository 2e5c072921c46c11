/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-retry.h"

#include <libsoup/soup.h>

#include "mainstay-error.h"

#define FIRST_DELAY_MS 500
#define LAST_DELAY_MS 15000
#define LONGEST_RETRY_AFTER_MS (2 * 60 * 1000)
/* A portal that nobody listens at, or that says nothing for the whole timeout, is told sooner. */
#define UNREACHABLE_TRIES 3
#define TIMED_OUT_TRIES 2

#define LONGEST_PATIENT_MS (60 * 60 * 1000)

const MainstayRetryPolicy mainstay_retry_read = { 5, G_MAXINT64, TRUE, FALSE };
const MainstayRetryPolicy mainstay_retry_action = { 5, 5000, FALSE, FALSE };
const MainstayRetryPolicy mainstay_retry_repeat = { 5, 5000, TRUE, FALSE };
const MainstayRetryPolicy mainstay_retry_once = { 1, 0, FALSE, FALSE };
/* Some ten minutes without a single byte more. */
const MainstayRetryPolicy mainstay_retry_transfer = { 40, G_MAXINT64, TRUE, TRUE };

static gboolean
is_busy (const GError *error)
{
  return g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_ENVIRONMENT_BUSY) ||
         g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE);
}

static gboolean
can_help (const MainstayRetryPolicy *policy,
          const MainstayAttempt     *attempt)
{
  if (attempt->tries >= policy->max_tries || !mainstay_error_is_transient (attempt->error))
    return FALSE;
  if (attempt->lost && !policy->repeat_lost)
    return FALSE;
  if (is_busy (attempt->error))
    return attempt->elapsed_ms < policy->busy_ms;
  if (policy->patient && attempt->status == 0)
    return TRUE;
  if (g_error_matches (attempt->error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE))
    return attempt->tries < UNREACHABLE_TRIES || attempt->lost;
  if (g_error_matches (attempt->error, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT))
    return attempt->tries < TIMED_OUT_TRIES;
  /* A gateway's 500 is a fault that stays; only these say that they pass. */
  if (g_error_matches (attempt->error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY))
    return attempt->status >= 502 && attempt->status <= 504;
  return TRUE;
}

/**
 * mainstay_retry_delay:
 * @policy: what the call allows
 * @attempt: how the last try went
 * @jitter: 0 to 1, chosen at random, so that clients do not come back all at once
 *
 * Returns: milliseconds to wait before the next try, -1 when there shall be none
 */
gint64
mainstay_retry_delay (const MainstayRetryPolicy *policy,
                      const MainstayAttempt     *attempt,
                      double                     jitter)
{
  gint64 delay;

  if (!can_help (policy, attempt))
    return -1;
  if (attempt->retry_after_ms >= 0)
    {
      if (attempt->retry_after_ms > (policy->patient ? LONGEST_PATIENT_MS : LONGEST_RETRY_AFTER_MS))
        return -1;
      return attempt->retry_after_ms + (gint64) (jitter * 100);
    }
  delay = MIN ((gint64) FIRST_DELAY_MS << MIN (attempt->tries - 1, 10), LAST_DELAY_MS);
  if (is_busy (attempt->error) && policy->busy_ms < G_MAXINT64)
    delay = MIN (delay, MAX (policy->busy_ms - attempt->elapsed_ms, FIRST_DELAY_MS));
  return (gint64) (delay * (0.75 + jitter * 0.5));
}

/**
 * mainstay_retry_parse_after:
 * @value: (nullable): the value of Retry-After, seconds or a date
 * @now_ms: milliseconds since 1970
 *
 * Returns: milliseconds to wait, -1 when @value says nothing
 */
gint64
mainstay_retry_parse_after (const char *value,
                            gint64      now_ms)
{
  g_autoptr(GDateTime) date = NULL;
  guint64 seconds;

  if (value == NULL)
    return -1;
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT32, &seconds, NULL))
    return (gint64) seconds * 1000;
  date = soup_date_time_new_from_http_string (value);
  if (date == NULL)
    return -1;
  return MAX (g_date_time_to_unix (date) * 1000 - now_ms, 0);
}

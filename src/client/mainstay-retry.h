/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MainstayRetryPolicy:
 *
 * How often a call is tried, and for how long at most.
 */
typedef struct
{
  unsigned int max_tries;
  gint64 busy_ms;        /* how long another action is waited for, so that a click is answered */
  gboolean repeat_lost;  /* the request may be sent again although it may have been done */
  gboolean patient;      /* nobody waits before a screen: a line may be down for minutes */
} MainstayRetryPolicy;

/**
 * MainstayAttempt:
 *
 * How the last try went.
 */
typedef struct
{
  const GError *error;
  unsigned int status;   /* HTTP, 0 without an answer */
  gboolean lost;         /* the request went out and nobody knows whether it was done */
  gint64 retry_after_ms; /* what the server asked for, -1 when nothing */
  unsigned int tries;    /* made so far, this one included */
  gint64 elapsed_ms;     /* since the first one began */
} MainstayAttempt;

extern const MainstayRetryPolicy mainstay_retry_read;   /* may be repeated at will */
extern const MainstayRetryPolicy mainstay_retry_action; /* a click; must not be done twice */
extern const MainstayRetryPolicy mainstay_retry_repeat; /* a click; doing it twice is harmless */
extern const MainstayRetryPolicy mainstay_retry_once;   /* somebody else tries again */
/* Bytes on their way; the tries are counted anew when some have arrived. */
extern const MainstayRetryPolicy mainstay_retry_transfer;

gint64 mainstay_retry_delay       (const MainstayRetryPolicy *policy,
                                   const MainstayAttempt     *attempt,
                                   double                     jitter);
gint64 mainstay_retry_parse_after (const char                *value,
                                   gint64                     now_ms);

G_END_DECLS

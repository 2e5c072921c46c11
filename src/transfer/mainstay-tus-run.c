/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-run.h"

#include "mainstay-client-private.h"
#include "mainstay-error.h"
#include "mainstay-retry.h"
#include "mainstay-tus-digest.h"
#include "mainstay-tus-line.h"
#include "mainstay-upload-piece.h"

/* A piece that breaks off before its end cannot be proven and is lost: it shall be some seconds of
 * the line's work and no more. What needs no proof is kept, and goes in one piece. */
#define SMALLEST_PIECE ((gint64) 256 * 1024)
#define FIRST_PIECE ((gint64) 8 * 1024 * 1024)
#define LARGEST_PIECE ((gint64) 256 * 1024 * 1024)
#define UNPROVEN_PIECE ((gint64) 4 * 1024 * 1024 * 1024)
#define SHORT_TIME (2 * G_USEC_PER_SEC)
#define LONG_TIME (8 * G_USEC_PER_SEC)

/* A line that changes bytes each time will not stop doing so. */
#define MOST_MISMATCHES 5

typedef struct
{
  MainstayTusLine line;
  MainstayUploadSource *source; /* borrowed */
  const char *kind;             /* borrowed */
  const MainstayTusListener *listener;
  gpointer user_data;           /* borrowed */
  MainstayTusBreaker *breaker;  /* borrowed */
  GCancellable *cancellable;    /* borrowed, nullable: of the whole */
  MainstayTusDigest *ahead;     /* owned, nullable: of the next piece */

  gint64 size;
  gint64 offset;                /* what the portal has */
  gint64 furthest;              /* that it ever had, in this run */
  gint64 piece;                 /* how long the next one is, at most */
  unsigned int tries;           /* since there was a byte more */
  unsigned int mismatches;
  gboolean asked_server : 1;
  gboolean knows_offset : 1;
  gboolean troubled : 1;
} Run;

static void
clear_trouble (Run *self)
{
  if (self->troubled)
    self->listener->troubled (NULL, self->user_data);
  self->troubled = FALSE;
}

static gboolean
take_offset (Run     *self,
             gint64   offset,
             GError **error)
{
  if (offset > self->size)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The portal has more bytes than there are");
      return FALSE;
    }
  if (offset > self->furthest)
    {
      self->furthest = offset;
      self->tries = 0;
      self->mismatches = 0;
    }
  self->offset = offset;
  self->knows_offset = TRUE;
  self->listener->progressed (offset, self->user_data);
  return TRUE;
}

static void
piece_read (gint64   done,
            gpointer user_data)
{
  Run *self = user_data;

  self->listener->progressed (self->offset + done, self->user_data);
}

static void
adapt (Run    *self,
       gint64  microseconds)
{
  if (microseconds < SHORT_TIME)
    self->piece = MIN (self->piece * 2, LARGEST_PIECE);
  else if (microseconds > LONG_TIME)
    self->piece = MAX (self->piece / 2, SMALLEST_PIECE);
}

static gboolean
is_proven (Run *self)
{
  return self->line.algorithm != MAINSTAY_TUS_ALGORITHM_NONE;
}

static gint64
piece_length (Run    *self,
              gint64  offset)
{
  return MIN (self->size - offset, is_proven (self) ? self->piece : UNPROVEN_PIECE);
}

static void
digest_ahead (Run    *self,
              gint64  offset)
{
  g_clear_pointer (&self->ahead, mainstay_tus_digest_free);
  if (offset < self->size)
    self->ahead = mainstay_tus_digest_new (self->source, self->line.algorithm, offset,
                                           piece_length (self, offset));
}

/* A piece is as long as it was when its digest was begun. Returns: (transfer full) (nullable):
 * `Upload-Checksum` */
static char *
get_checksum (Run     *self,
              gint64  *length,
              GError **error)
{
  if (self->ahead == NULL || mainstay_tus_digest_get_offset (self->ahead) != self->offset)
    digest_ahead (self, self->offset);
  *length = mainstay_tus_digest_get_length (self->ahead);
  return mainstay_tus_digest_wait (self->ahead, error);
}

/* What went wrong with the source counts for more than that the request broke off for it. */
static gint64
send_stream (Run         *self,
             gint64       length,
             const char  *checksum,
             GError     **error)
{
  g_autoptr(MainstayUploadPiece) piece =
    mainstay_upload_piece_new (self->source, self->offset, length, piece_read, self);
  g_autoptr(GError) local_error = NULL;
  gint64 offset = mainstay_tus_line_send (&self->line, piece, self->offset, length, checksum,
                                          &local_error);
  const GError *source_error = mainstay_upload_piece_get_error (piece);

  if (source_error != NULL)
    g_propagate_error (error, g_error_copy (source_error));
  else if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return source_error != NULL ? -1 : offset;
}

/* The source is looked at after the digest was made and again when all of it has gone, so that what
 * was sent is what was there all the time. */
static gboolean
send_piece (Run     *self,
            GError **error)
{
  gint64 length = piece_length (self, self->offset);
  gint64 began_at = g_get_monotonic_time ();
  g_autofree char *checksum = NULL;
  gint64 offset;

  if (is_proven (self))
    {
      checksum = get_checksum (self, &length, error);
      if (checksum == NULL)
        return FALSE;
      digest_ahead (self, self->offset + length);
    }
  if (!mainstay_upload_source_check (self->source, FALSE, self->line.cancellable, error))
    return FALSE;
  self->knows_offset = FALSE;
  offset = send_stream (self, length, checksum, error);
  if (offset < 0 ||
      !mainstay_upload_source_check (self->source, FALSE, self->line.cancellable, error))
    return FALSE;
  if (offset <= self->offset || offset > self->offset + length)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "The portal took other bytes than were sent");
      return FALSE;
    }
  clear_trouble (self);
  adapt (self, g_get_monotonic_time () - began_at);
  return take_offset (self, offset, error);
}

static gboolean
create (Run     *self,
        GError **error)
{
  g_autofree char *id = NULL;

  if (!mainstay_tus_line_create (&self->line, self->source, self->kind, error))
    return FALSE;
  id = mainstay_tus_line_dup_id (&self->line);
  self->listener->named (id, self->user_data);
  return take_offset (self, 0, error);
}

static gboolean
ask_offset (Run     *self,
            GError **error)
{
  gint64 offset = mainstay_tus_line_ask_offset (&self->line, error);

  return offset >= 0 && take_offset (self, offset, error);
}

/* One request, whichever is next. */
static gboolean
advance (Run       *self,
         gboolean  *is_complete,
         GError   **error)
{
  if (!self->asked_server)
    {
      self->asked_server = mainstay_tus_line_ask_server (&self->line, error);
      return self->asked_server;
    }
  if (self->line.location == NULL)
    return create (self, error);
  if (!self->knows_offset)
    return ask_offset (self, error);
  if (self->offset < self->size)
    return send_piece (self, error);
  *is_complete = TRUE;
  return TRUE;
}

/* It expired there, or somebody removed it: nothing is left to go on with. */
static gboolean
is_gone (Run *self)
{
  return self->line.location != NULL && (self->line.status == 404 || self->line.status == 410);
}

/* What is no trouble with the API, and yet passes: asking how far the portal is helps. */
static GError *
translate (Run          *self,
           const GError *error)
{
  if (error->domain != MAINSTAY_ERROR || self->line.location == NULL)
    return g_error_copy (error);
  if (is_gone (self))
    return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED, error->message);
  if (self->line.status == MAINSTAY_TUS_CHECKSUM_MISMATCH)
    return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH, error->message);
  if (self->line.status == 409 || self->line.status == 423)
    return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE, error->message);
  return g_error_copy (error);
}

static void
forget (Run *self)
{
  g_clear_pointer (&self->line.location, g_free);
  self->offset = 0;
  self->listener->named (NULL, self->user_data);
}

/* Returns: milliseconds until the next try, -1 when there shall be none */
static gint64
get_delay (Run          *self,
           const GError *error)
{
  /* These two pass by themselves, which the API's own errors of the name do not. */
  gboolean passes = g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED) ||
                    g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH);
  g_autoptr(GError) passing = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_INVALID_STATE,
                                                   "");
  MainstayAttempt attempt = { passes ? passing : error, self->line.status, TRUE,
                              self->line.retry_after_ms, ++self->tries, 0 };

  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH) &&
      ++self->mismatches > MOST_MISMATCHES)
    return -1;
  return mainstay_retry_delay (&mainstay_retry_transfer, &attempt, g_random_double ());
}

static gboolean
wait (Run     *self,
      gint64   milliseconds,
      GError **error)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;
  GPollFD fd = { 0 };
  gint64 left;

  if (!g_cancellable_make_pollfd (self->line.cancellable, &fd))
    {
      g_usleep ((gulong) milliseconds * 1000);
      return TRUE;
    }
  while ((left = until - g_get_monotonic_time ()) > 0 &&
         !g_cancellable_is_cancelled (self->line.cancellable))
    g_poll (&fd, 1, (int) (left / 1000 + 1));
  g_cancellable_release_fd (self->line.cancellable);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* What another server calls a CRC may be another one than ours. */
static void
distrust_crc (Run *self)
{
  if (self->line.has_sha256)
    self->line.algorithm = MAINSTAY_TUS_ALGORITHM_SHA256;
}

/* After a request that did not do what it should: waits until it is worth another try. */
static gboolean
recover (Run           *self,
         const GError  *error,
         GError       **final_error)
{
  g_autoptr(GError) trouble = translate (self, error);
  gint64 delay = get_delay (self, trouble);

  self->knows_offset = FALSE;
  self->piece = MAX (self->piece / 4, SMALLEST_PIECE);
  g_clear_pointer (&self->ahead, mainstay_tus_digest_free);
  if (is_gone (self))
    forget (self);
  if (g_error_matches (trouble, MAINSTAY_ERROR, MAINSTAY_ERROR_DIGEST_MISMATCH))
    distrust_crc (self);
  self->listener->progressed (self->offset, self->user_data);
  if (delay < 0 || g_cancellable_is_cancelled (self->cancellable))
    {
      g_propagate_error (final_error, g_steal_pointer (&trouble));
      return FALSE;
    }
  g_debug ("The upload goes on after: %s", error->message);
  self->troubled = TRUE;
  self->listener->troubled (trouble, self->user_data);
  if (self->line.retry_after_ms < 0)
    delay = mainstay_client_scale_wait (self->line.client, delay);
  return wait (self, delay, final_error);
}

static void
cancelled_cb (GCancellable *cancellable,
              GCancellable *request)
{
  g_cancellable_cancel (request);
}

/* What was connected before is as good as gone, and is not used again. */
static void
reconnect (Run *self)
{
  g_debug ("The upload goes on, on a new connection");
  soup_session_abort (mainstay_client_get_session (self->line.client));
  self->knows_offset = FALSE;
}

/* One request, and if need be the wait before the next, which both end when the breaker breaks. */
static gboolean
try_once (Run       *self,
          gboolean  *is_complete,
          GError   **error)
{
  g_autoptr(GCancellable) request = mainstay_tus_breaker_begin (self->breaker);
  g_autoptr(GError) local_error = NULL;
  gboolean good = TRUE;
  gulong id = 0;

  if (self->cancellable != NULL)
    id = g_cancellable_connect (self->cancellable, G_CALLBACK (cancelled_cb),
                                g_object_ref (request), g_object_unref);
  self->line.cancellable = request;
  if (!advance (self, is_complete, &local_error) &&
      (!g_cancellable_is_cancelled (request) || g_cancellable_is_cancelled (self->cancellable)))
    good = recover (self, local_error, error);
  self->line.cancellable = NULL;
  g_cancellable_disconnect (self->cancellable, id);
  if (mainstay_tus_breaker_end (self->breaker))
    reconnect (self);
  return good;
}

/**
 * mainstay_tus_run:
 * @client: (transfer full): a clone for this thread
 * @source: what to send
 * @kind: `database` or `files`
 * @id: (nullable): an upload of the same source that was begun before
 * @listener: is told how it gets on
 * @user_data: for @listener
 * @breaker: is broken when the connection is no more
 * @cancellable: (nullable): a cancellable
 * @error: where to put why it does not get on; %MAINSTAY_ERROR_SOURCE_CHANGED when the source is
 *   not what it was
 *
 * Sends all of @source by tus. After a break it asks how far the portal came and goes on from
 * there. What was begun stays at the portal when this fails or is cancelled. Blocks.
 *
 * Returns: whether the portal has all of it
 */
gboolean
mainstay_tus_run (MainstayClient             *client,
                  MainstayUploadSource       *source,
                  const char                 *kind,
                  const char                 *id,
                  const MainstayTusListener  *listener,
                  gpointer                    user_data,
                  MainstayTusBreaker         *breaker,
                  GCancellable               *cancellable,
                  GError                    **error)
{
  Run self = { .source = source, .kind = kind, .listener = listener, .user_data = user_data,
               .breaker = breaker, .cancellable = cancellable,
               .size = mainstay_upload_source_get_size (source), .piece = FIRST_PIECE };
  gboolean is_complete = FALSE;
  gboolean good = TRUE;

  mainstay_tus_line_init (&self.line, client, id);
  while (good && !is_complete)
    good = try_once (&self, &is_complete, error);
  g_clear_pointer (&self.ahead, mainstay_tus_digest_free);
  mainstay_tus_line_clear (&self.line);
  return good;
}

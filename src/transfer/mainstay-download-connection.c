/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-download-connection.h"

#include "mainstay-error.h"
#include "mainstay-link-request.h"

#define BUFFER_SIZE (256 * 1024)
/* What has arrived is written at least so often, so that a slow line is seen to move. */
#define LONGEST_HELD (G_USEC_PER_SEC / 10)
/* One that has nothing to do looks this often whether there is something to take from another. */
#define IDLE (G_USEC_PER_SEC / 5)
/* A connection that breaks alone is no trouble while others get bytes. */
#define RECENT (3 * G_USEC_PER_SEC)
#define LONE_DELAY (G_USEC_PER_SEC / 4)
#define MOST_LONE_BREAKS 3
/* An archive that is another one each time is none. */
#define MOST_CHANGES 5

struct _MainstayDownloadConnection
{
  MainstayDownloadRun *run;  /* borrowed */
  GThread *thread;
  unsigned int index;

  /* of the thread alone */
  MainstayLinkRequest *request;
  guint8 *buffer;
  gsize filled;
  MainstayRange range;
  gint64 body_end;           /* of the answer, -1 when unknown */
  gint64 position;           /* in the file, of the buffer's first byte */
  gint64 held_since;         /* monotonic */
  gint64 asked_at;           /* monotonic */
  gint64 counted_at;         /* monotonic: since then */
  gint64 other_time;         /* microseconds went by without waiting for the line */
  gboolean surplus;          /* more has arrived than is this connection's to write */

  /* under the run's mutex */
  GCancellable *cancellable; /* of what it waits for now */
  gint64 retry_at;           /* monotonic */
  unsigned int breaks;       /* in a row */
  gboolean busy;
};

static gboolean
may_go_on (MainstayDownloadConnection *self,
           gint64                      now)
{
  MainstayDownloadRun *run = self->run;

  if (run->failure != NULL || run->start_over || run->no_space || run->link_needed ||
      run->url == NULL || now < run->retry_at || now < self->retry_at)
    return FALSE;
  /* The first answer, and the first one after a break, is waited for before others ask. */
  if (!run->answered || run->trouble != NULL)
    return self->index == 0;
  return self->index < mainstay_connection_tuner_get_count (run->tuner);
}

/* Whether there is a range to fetch, in the end; FALSE when the run stops. */
static gboolean
wait_for_range (MainstayDownloadConnection *self)
{
  MainstayDownloadRun *run = self->run;

  while (!run->stopping)
    {
      gint64 now = g_get_monotonic_time ();
      gint64 retry_at = MAX (run->retry_at, self->retry_at);

      if (may_go_on (self, now) &&
          mainstay_range_plan_take (run->plan, self->index, now, &self->range))
        return TRUE;
      mainstay_download_run_wait (run, CLAMP (retry_at, now + 1000, now + IDLE));
    }
  return FALSE;
}

static void
keep_validators (MainstayDownloadRun *run,
                 MainstayLinkAnswer  *answer)
{
  MainstayPartJournal *journal = run->journal;

  mainstay_part_journal_reset (journal);
  journal->etag = g_strdup (answer->etag);
  journal->last_modified = g_strdup (answer->last_modified);
  journal->repr_digest = g_strdup (answer->repr_digest);
  journal->length = answer->total;
  run->length_known = answer->total >= 0;
  run->can_resume = answer->is_range && answer->total >= 0 &&
                    (answer->etag != NULL || answer->last_modified != NULL);
  if (answer->total >= 0)
    mainstay_range_plan_set_total (run->plan, answer->total);
}

/* The first answer of a run; FALSE when there is no room for the file. */
static gboolean
accept_answer (MainstayDownloadConnection  *self,
               MainstayLinkAnswer          *answer,
               GError                     **error)
{
  MainstayDownloadRun *run = self->run;
  gboolean is_first;
  gint64 total;
  gint64 have;

  g_mutex_lock (&run->mutex);
  is_first = !run->answered;
  if (run->journal->length < 0)
    keep_validators (run, answer);
  total = run->journal->length;
  have = mainstay_range_set_get_size (mainstay_range_plan_get_done (run->plan));
  g_mutex_unlock (&run->mutex);

  if (is_first && !mainstay_part_file_reserve (run->part, total, have, error))
    return FALSE;

  g_mutex_lock (&run->mutex);
  if (!run->answered)
    mainstay_connection_tuner_limit (run->tuner, run->can_resume ? run->most : 1);
  run->answered = TRUE;
  if (is_first)
    run->latency = g_get_monotonic_time () - self->asked_at;
  if (mainstay_download_run_is_complete (run))
    mainstay_download_run_tell (run);
  g_mutex_unlock (&run->mutex);
  return TRUE;
}

/* How much of what is held is this connection's to write; what follows it too, when nobody else
 * fetches that and the answer goes on. With the mutex held. */
static gint64
claim (MainstayDownloadConnection *self)
{
  MainstayDownloadRun *run = self->run;
  gint64 now = g_get_monotonic_time ();
  gint64 filled = (gint64) self->filled;
  gint64 bytes = mainstay_range_plan_claim (run->plan, self->index, filled);

  while (bytes < filled && (self->body_end < 0 || self->position + bytes < self->body_end) &&
         mainstay_range_plan_extend (run->plan, self->index))
    bytes += mainstay_range_plan_claim (run->plan, self->index, filled - bytes);
  self->surplus = bytes < filled;
  run->network_time += now - self->counted_at - self->other_time;
  run->other_time += self->other_time;
  self->counted_at = now;
  self->other_time = 0;
  return bytes;
}

static gboolean
flush (MainstayDownloadConnection  *self,
       GError                     **error)
{
  MainstayDownloadRun *run = self->run;
  gint64 begin;
  gint64 bytes;
  gboolean good;

  if (self->filled == 0)
    return TRUE;
  g_mutex_lock (&run->mutex);
  bytes = claim (self);
  g_mutex_unlock (&run->mutex);

  begin = g_get_monotonic_time ();
  good = mainstay_part_file_write (run->part, self->position, self->buffer, (gsize) bytes, error);
  self->other_time += g_get_monotonic_time () - begin;

  g_mutex_lock (&run->mutex);
  if (good && bytes > 0)
    {
      mainstay_download_run_landed (run, self->index, bytes);
      self->breaks = 0;
      self->retry_at = 0;
    }
  g_mutex_unlock (&run->mutex);
  self->position += bytes;
  self->filled = 0;
  return good;
}

/* How much to wait for at a time: with a limit of speed not so much that bytes come in leaps. */
static gsize
get_wanted (MainstayDownloadConnection *self)
{
  guint64 rate = mainstay_rate_limit_get_rate (self->run->limit);
  gsize wanted = BUFFER_SIZE - self->filled;

  if (rate > 0)
    wanted = (gsize) MIN (wanted, CLAMP (rate / 10, 1024, BUFFER_SIZE));
  return wanted;
}

/* One read of the line: how many bytes, 0 at the end of the answer, -1 on an error. */
static gssize
receive (MainstayDownloadConnection  *self,
         GError                     **error)
{
  gssize length = mainstay_link_request_read (self->request, self->buffer + self->filled,
                                              get_wanted (self), self->cancellable, error);
  gint64 now = g_get_monotonic_time ();

  if (length <= 0)
    return length;
  if (self->filled == 0)
    self->held_since = now;
  self->filled += (gsize) length;
  mainstay_rate_limit_take (self->run->limit, (gsize) length, self->cancellable);
  self->other_time += g_get_monotonic_time () - now;
  return length;
}

typedef enum {
  BODY_ENDED, /* no byte of the answer is left */
  BODY_LEFT,  /* what is left of it is for others */
  BODY_BROKE
} BodyEnd;

/* Whether what this connection took is done with; an answer that goes on may serve what follows. */
static gboolean
is_done (MainstayDownloadConnection *self)
{
  MainstayDownloadRun *run = self->run;
  gboolean done;

  g_mutex_lock (&run->mutex);
  done = run->stopping || run->start_over || run->failure != NULL || self->surplus ||
         (mainstay_range_plan_get_left (run->plan, self->index) == 0 &&
          self->position != self->body_end &&
          !mainstay_range_plan_extend (run->plan, self->index));
  g_mutex_unlock (&run->mutex);
  return done;
}

/* Before it waits for more, what is held gets out of the way. */
static gboolean
must_flush (MainstayDownloadConnection *self)
{
  gint64 until = self->held_since + LONGEST_HELD;

  return self->filled == BUFFER_SIZE || g_get_monotonic_time () >= until ||
         self->position + (gint64) self->filled == self->body_end ||
         !mainstay_link_request_wait (self->request, until, self->cancellable);
}

static BodyEnd
move_body (MainstayDownloadConnection  *self,
           GError                     **error)
{
  for (;;)
    {
      gssize length = receive (self, error);
      g_autoptr(GError) disk_error = NULL;

      if (length > 0 && !must_flush (self))
        continue;
      if (!flush (self, &disk_error))
        {
          g_clear_error (error);
          g_propagate_error (error, g_steal_pointer (&disk_error));
          return BODY_BROKE;
        }
      if (length < 0)
        return BODY_BROKE;
      if (length == 0)
        return BODY_ENDED;
      if (is_done (self))
        return BODY_LEFT;
    }
}

/* The server has sent all it wanted to; whether that was all there is. */
static gboolean
check_end (MainstayDownloadConnection  *self,
           GError                     **error)
{
  MainstayDownloadRun *run = self->run;

  if (self->body_end < 0)
    {
      /* libsoup 3.2 takes a body that was cut off for a whole one: the content has to tell. */
      g_mutex_lock (&run->mutex);
      if (mainstay_range_plan_get_total (run->plan) < 0)
        mainstay_range_plan_set_total (run->plan, self->position);
      mainstay_download_run_tell (run);
      g_mutex_unlock (&run->mutex);
      return TRUE;
    }
  if (self->position >= self->body_end)
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE,
               "The connection broke with %" G_GINT64_FORMAT " bytes to come",
               self->body_end - self->position);
  return FALSE;
}

/* Whether this one can break without anybody noticing. */
static gboolean
is_alone_in_trouble (MainstayDownloadConnection *self,
                     gint64                      now)
{
  MainstayDownloadRun *run = self->run;

  return run->can_resume && mainstay_download_run_count_busy (run) > 0 &&
         now - run->landed_at < RECENT;
}

static void
break_alone (MainstayDownloadConnection *self,
             const GError               *error,
             gint64                      asked_ms,
             gint64                      now)
{
  MainstayDownloadRun *run = self->run;
  unsigned int busy = mainstay_download_run_count_busy (run);

  g_debug ("A connection breaks, others go on: %s", error->message);
  self->retry_at = now + MAX (asked_ms * 1000, LONE_DELAY << MIN (self->breaks, 6));
  self->breaks++;
  /* The server does not want so many. */
  if (self->breaks >= MOST_LONE_BREAKS ||
      g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_RATE_LIMITED) ||
      g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY))
    {
      mainstay_connection_tuner_limit (run->tuner, busy);
      mainstay_range_plan_set_count (run->plan, mainstay_connection_tuner_get_count (run->tuner));
    }
}

static void
handle_error (MainstayDownloadConnection *self,
              const GError               *error,
              unsigned int                link_age,
              gint64                      asked_ms)
{
  MainstayDownloadRun *run = self->run;
  gint64 now = g_get_monotonic_time ();

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE))
    {
      run->no_space = TRUE;
      run->start_over = run->answered && !run->can_resume;
      mainstay_download_run_set_trouble (run, error);
    }
  else if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_LINK_EXPIRED))
    mainstay_download_run_link_expired (run, link_age, error);
  else if (!mainstay_error_is_transient (error))
    mainstay_download_run_fail (run, g_error_copy (error));
  else if (is_alone_in_trouble (self, now))
    break_alone (self, error, asked_ms, now);
  else
    {
      mainstay_download_run_broke (run, error, asked_ms);
      if (!run->can_resume && run->answered)
        run->start_over = TRUE;
    }
}

static void
handle_verdict (MainstayDownloadConnection *self,
                MainstayLinkVerdict         verdict,
                const GError               *error)
{
  MainstayDownloadRun *run = self->run;

  g_debug ("The transfer starts over: %s", error->message);
  if (++run->changes > MOST_CHANGES)
    mainstay_download_run_fail (run, g_error_copy (error));
  if (verdict == MAINSTAY_LINK_BAD_RANGE)
    {
      /* Nor without ranges: it has nothing to give. */
      if (run->no_ranges)
        mainstay_download_run_fail (run, g_error_copy (error));
      run->no_ranges = TRUE;
    }
  run->start_over = TRUE;
  mainstay_download_run_tell (run);
}

typedef struct
{
  char *url;
  MainstayPartJournal *known;
  gint64 begin;
  gint64 end;
  unsigned int link_age;
} Asking;

static void
asking_clear (Asking *asking)
{
  g_clear_pointer (&asking->url, g_free);
  g_clear_pointer (&asking->known, mainstay_part_journal_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asking, asking_clear)

/* With the mutex held. */
static void
prepare (MainstayDownloadConnection *self,
         Asking                     *asking)
{
  MainstayDownloadRun *run = self->run;

  asking->url = g_strdup (run->url);
  asking->known = mainstay_part_journal_copy (run->journal);
  asking->link_age = run->link_age;
  asking->begin = run->no_ranges ? -1 : self->range.begin;
  asking->end = self->range.end;
  if (self->range.end == G_MAXINT64)
    asking->end = -1;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->busy = TRUE;
}

static void
fetch (MainstayDownloadConnection *self,
       Asking                     *asking)
{
  MainstayDownloadRun *run = self->run;
  g_auto(MainstayLinkAnswer) answer = { 0 };
  g_autoptr(GError) error = NULL;
  BodyEnd end = BODY_BROKE;
  MainstayLinkVerdict verdict;

  self->asked_at = g_get_monotonic_time ();
  verdict = mainstay_link_request_open (self->request, asking->url, asking->begin, asking->end,
                                        asking->known, &answer, self->cancellable, &error);
  self->position = self->range.begin;
  self->filled = 0;
  self->counted_at = g_get_monotonic_time ();
  self->other_time = 0;
  self->surplus = FALSE;
  self->body_end = answer.end;
  if (verdict == MAINSTAY_LINK_BYTES && accept_answer (self, &answer, &error))
    {
      end = move_body (self, &error);
      if (end == BODY_ENDED && !check_end (self, &error))
        end = BODY_BROKE;
    }
  mainstay_link_request_close (self->request, end == BODY_ENDED);

  g_mutex_lock (&run->mutex);
  self->busy = FALSE;
  mainstay_range_plan_give_back (run->plan, self->index);
  if (verdict == MAINSTAY_LINK_CHANGED || verdict == MAINSTAY_LINK_BAD_RANGE)
    handle_verdict (self, verdict, error);
  else if (error != NULL)
    handle_error (self, error, asking->link_age, answer.retry_after_ms);
  g_cond_broadcast (&run->cond);
  g_mutex_unlock (&run->mutex);
}

static gpointer
run_in_thread (gpointer data)
{
  MainstayDownloadConnection *self = data;

  self->request = mainstay_link_request_new ();
  self->buffer = g_malloc (BUFFER_SIZE);
  for (;;)
    {
      g_auto(Asking) asking = { 0 };
      gboolean has_range;

      g_mutex_lock (&self->run->mutex);
      has_range = wait_for_range (self);
      if (has_range)
        prepare (self, &asking);
      g_mutex_unlock (&self->run->mutex);
      if (!has_range)
        break;
      fetch (self, &asking);
    }
  g_clear_pointer (&self->buffer, g_free);
  g_clear_pointer (&self->request, mainstay_link_request_free);
  return NULL;
}

/**
 * mainstay_download_connection_new:
 * @run: what it works for; must outlive it
 * @index: which of the plan's connections it is
 *
 * Returns: (transfer full): a connection that is at work
 */
MainstayDownloadConnection *
mainstay_download_connection_new (MainstayDownloadRun *run,
                                  unsigned int         index)
{
  MainstayDownloadConnection *self = g_new0 (MainstayDownloadConnection, 1);

  self->run = run;
  self->index = index;
  self->thread = g_thread_new ("download line", run_in_thread, self);
  return self;
}

void
mainstay_download_connection_join (MainstayDownloadConnection *self)
{
  g_thread_join (self->thread);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self, g_free);
}

void
mainstay_download_connection_kick (MainstayDownloadConnection *self)
{
  self->retry_at = 0;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/** mainstay_download_connection_is_busy: Returns: whether it has asked for bytes */
gboolean
mainstay_download_connection_is_busy (MainstayDownloadConnection *self)
{
  return self->busy;
}

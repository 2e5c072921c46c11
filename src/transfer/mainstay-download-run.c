/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-download-run.h"

#include "mainstay-download-connection.h"
#include "mainstay-error.h"

/* No byte for so long: the line may be dead without a word. */
#define QUIET (2 * G_USEC_PER_SEC)

/**
 * mainstay_download_run_new:
 * @part: what to write into
 * @journal: (transfer full): what is known of it
 *
 * Returns: (transfer full): a run that has not begun
 */
MainstayDownloadRun *
mainstay_download_run_new (MainstayPartFile    *part,
                           MainstayPartJournal *journal)
{
  MainstayDownloadRun *self = g_new0 (MainstayDownloadRun, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_cond_init (&self->keeper_cond);
  self->part = mainstay_part_file_ref (part);
  self->journal_path = mainstay_part_journal_get_path (mainstay_part_file_get_path (part));
  self->journal = journal;
  self->limit = mainstay_rate_limit_get_default ();
  self->wait_scale = 1;
  self->most = MAINSTAY_MOST_CONNECTIONS;
  self->best_at_expiry = -1;
  mainstay_retry_budget_init (&self->budget);
  mainstay_download_run_begin (self);
  return self;
}

void
mainstay_download_run_free (MainstayDownloadRun *self)
{
  g_clear_pointer (&self->part, mainstay_part_file_unref);
  g_clear_pointer (&self->journal_path, g_free);
  g_clear_pointer (&self->journal, mainstay_part_journal_free);
  g_clear_pointer (&self->plan, mainstay_range_plan_free);
  g_clear_pointer (&self->tuner, mainstay_connection_tuner_free);
  g_clear_pointer (&self->arrival, mainstay_byte_source_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_error (&self->failure);
  g_clear_error (&self->trouble);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_cond_clear (&self->keeper_cond);
  g_clear_pointer (&self, g_free);
}

/** mainstay_download_run_begin: Makes a plan of what the journal says that there is. */
void
mainstay_download_run_begin (MainstayDownloadRun *self)
{
  g_clear_pointer (&self->plan, mainstay_range_plan_free);
  g_clear_pointer (&self->tuner, mainstay_connection_tuner_free);
  self->plan = mainstay_range_plan_new (self->journal->done, self->journal->length);
  self->tuner = mainstay_connection_tuner_new ();
  self->stopping = FALSE;
  self->start_over = FALSE;
  self->answered = FALSE;
  self->length_known = self->journal->length >= 0;
  self->can_resume = self->length_known && (self->journal->etag != NULL ||
                                            self->journal->last_modified != NULL);
}

void
mainstay_download_run_tell (MainstayDownloadRun *self)
{
  g_cond_broadcast (&self->cond);
  if (self->changed != NULL)
    self->changed (self->changed_data);
}

void
mainstay_download_run_wait (MainstayDownloadRun *self,
                            gint64               until)
{
  g_cond_wait_until (&self->cond, &self->mutex, until);
}

void
mainstay_download_run_set_trouble (MainstayDownloadRun *self,
                                   const GError        *trouble)
{
  g_clear_error (&self->trouble);
  if (trouble != NULL)
    self->trouble = g_error_copy (trouble);
  mainstay_download_run_tell (self);
}

void
mainstay_download_run_fail (MainstayDownloadRun *self,
                            GError              *error)
{
  if (self->failure == NULL)
    self->failure = error;
  else
    g_error_free (error);
  mainstay_download_run_tell (self);
}

/**
 * mainstay_download_run_broke:
 * @self: a run
 * @error: what happened
 * @asked_ms: how long the server wants to be left alone, -1 when it did not say
 *
 * Several connections that break at about the same time are one break.
 */
void
mainstay_download_run_broke (MainstayDownloadRun *self,
                             const GError        *error,
                             gint64               asked_ms)
{
  gint64 now = g_get_monotonic_time ();
  gint64 delay;

  if (now < self->retry_at)
    return;
  delay = mainstay_retry_budget_fail (&self->budget, self->best, !self->offline, asked_ms,
                                      g_random_double ());
  if (delay < 0)
    {
      mainstay_download_run_fail (self, g_error_copy (error));
      return;
    }
  /* What a server asks for is kept to the letter. */
  if (asked_ms < 0)
    delay = (gint64) ((double) delay * self->wait_scale);
  g_debug ("The transfer breaks and goes on in %" G_GINT64_FORMAT " ms: %s", delay,
           error->message);
  self->retry_at = now + delay * 1000;
  self->retries++;
  mainstay_download_run_set_trouble (self, error);
}

/**
 * mainstay_download_run_link_expired:
 * @self: a run
 * @link_age: which link it was
 * @error: what its server said
 *
 * A new one is asked for, but not for ever: only when bytes came by the last one.
 */
void
mainstay_download_run_link_expired (MainstayDownloadRun *self,
                                    unsigned int         link_age,
                                    const GError        *error)
{
  if (link_age != self->link_age || self->link_needed)
    return;
  if (self->best_at_expiry >= self->best)
    {
      mainstay_download_run_fail (self, g_error_copy (error));
      return;
    }
  self->best_at_expiry = self->best;
  self->retries++;
  mainstay_download_run_need_link (self);
}

void
mainstay_download_run_need_link (MainstayDownloadRun *self)
{
  self->link_needed = TRUE;
  self->link_refused = FALSE;
  self->link_asks++;
  mainstay_download_run_tell (self);
}

/* (transfer full) (nullable): what may be kept of a link */
static char *
dup_origin (const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return NULL;
  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "", NULL, NULL);
}

/**
 * mainstay_download_run_give_link:
 * @self: a run that needs one
 * @url: the link, a secret
 * @archive_id: (nullable): of the archive that it leads to
 */
void
mainstay_download_run_give_link (MainstayDownloadRun *self,
                                 const char          *url,
                                 const char          *archive_id)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->journal->origin, g_free);
  g_clear_pointer (&self->journal->archive_id, g_free);
  self->url = g_strdup (url);
  self->journal->origin = dup_origin (url);
  self->journal->archive_id = g_strdup (archive_id);
  self->link_age++;
  self->link_needed = FALSE;
  self->link_refused = FALSE;
  mainstay_download_run_tell (self);
}

void
mainstay_download_run_refuse_link (MainstayDownloadRun *self,
                                   const GError        *error)
{
  if (!mainstay_error_is_transient (error))
    {
      mainstay_download_run_fail (self, g_error_copy (error));
      return;
    }
  mainstay_download_run_broke (self, error, -1);
  self->link_refused = TRUE;
}

void
mainstay_download_run_wake (MainstayDownloadRun *self)
{
  self->retry_at = 0;
  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    if (self->connections[i] != NULL)
      mainstay_download_connection_kick (self->connections[i]);
  mainstay_download_run_tell (self);
}

/** mainstay_download_run_network_changed: What still gets bytes is left alone. */
void
mainstay_download_run_network_changed (MainstayDownloadRun *self)
{
  if (self->trouble != NULL || g_get_monotonic_time () - self->landed_at > QUIET)
    mainstay_download_run_wake (self);
}

void
mainstay_download_run_landed (MainstayDownloadRun *self,
                              unsigned int         connection,
                              gint64               bytes)
{
  MainstayRangeSet *done = mainstay_range_plan_get_done (self->plan);

  self->landed_at = g_get_monotonic_time ();
  mainstay_range_plan_landed (self->plan, connection, bytes, self->landed_at);
  self->best = MAX (self->best, mainstay_range_set_get_size (done));
  self->unpushed += bytes;
  if (self->unpushed >= MAINSTAY_DOWNLOAD_PUSH_SIZE)
    g_cond_signal (&self->keeper_cond);
  if (self->arrival != NULL)
    mainstay_arrival_source_set_reach (self->arrival, mainstay_range_set_reach (done, 0));
  if (self->trouble != NULL && !self->no_space)
    mainstay_download_run_set_trouble (self, NULL);
  if (mainstay_download_run_is_complete (self))
    mainstay_download_run_tell (self);
}

gboolean
mainstay_download_run_is_complete (MainstayDownloadRun *self)
{
  return mainstay_range_plan_is_complete (self->plan) && !self->start_over;
}

/** mainstay_download_run_count_busy: Returns: how many connections are getting bytes */
unsigned int
mainstay_download_run_count_busy (MainstayDownloadRun *self)
{
  unsigned int n = 0;

  for (unsigned int i = 0; i < MAINSTAY_MOST_CONNECTIONS; i++)
    n += self->connections[i] != NULL &&
         mainstay_download_connection_is_busy (self->connections[i]);
  return n;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-backup-poller.h"

#include "mainstay-backup-order.h"
#include "mainstay-client-private.h"
#include "mainstay-error.h"

#define FIRST_POLL_MS 1000
#define LAST_POLL_MS 5000
/* A portal with many unfinished backups is in trouble already; the newest are looked at. */
#define MOST_AT_ONCE 10

struct _MainstayBackupPoller
{
  MainstayClient *client;            /* owned */
  MainstayApp *app;                  /* owned */
  char *environment_id;              /* owned */
  GHashTable *followed;              /* owned: id to backup */
  GCancellable *cancellable;         /* owned */
  GSource *timer;                    /* owned, nullable: between two rounds */
  MainstayBackupPolledFunc polled;   /* NULL once stopped */
  gpointer user_data;
  gint64 interval_ms;
  unsigned int pending;              /* questions of this round that are open */
};

typedef struct
{
  MainstayBackupPoller *poller;      /* owned */
  char *backup_id;                   /* owned */
} Question;

static void schedule (MainstayBackupPoller *self);

static void
poller_clear (gpointer data)
{
  MainstayBackupPoller *self = data;

  g_clear_object (&self->client);
  g_clear_object (&self->app);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->followed, g_hash_table_unref);
}

static void
stop_timer (MainstayBackupPoller *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

MainstayBackupPoller *
mainstay_backup_poller_new (MainstayClient           *client,
                            MainstayApp              *app,
                            const char               *environment_id,
                            MainstayBackupPolledFunc  polled,
                            gpointer                  user_data)
{
  MainstayBackupPoller *self = g_rc_box_new0 (MainstayBackupPoller);

  self->client = g_object_ref (client);
  self->app = g_object_ref (app);
  self->environment_id = g_strdup (environment_id);
  self->followed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = g_cancellable_new ();
  self->polled = polled;
  self->user_data = user_data;
  self->interval_ms = FIRST_POLL_MS;
  return self;
}

/**
 * mainstay_backup_poller_stop:
 * @self: (transfer full): a poller
 *
 * Nothing is called back any more. Answers that are on their way are dropped.
 */
void
mainstay_backup_poller_stop (MainstayBackupPoller *self)
{
  self->polled = NULL;
  stop_timer (self);
  g_cancellable_cancel (self->cancellable);
  g_rc_box_release_full (self, poller_clear);
}

static void
question_answered (MainstayBackupPoller *self,
                   const char           *backup_id,
                   MainstayBackup       *newer,
                   const GError         *error)
{
  if (self->polled == NULL || !g_hash_table_contains (self->followed, backup_id))
    return;
  if (newer != NULL)
    self->polled (backup_id, newer, self->user_data);
  else if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_FOUND))
    self->polled (backup_id, NULL, self->user_data);
  else if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED) ||
           g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS))
    /* No answer will be better before the key is; the next refresh follows it anew. */
    g_hash_table_remove (self->followed, backup_id);
  else
    g_debug ("No news of a backup: %s", error->message);
}

static void
question_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  Question *question = data;
  MainstayBackupPoller *self = question->poller;
  g_autofree char *backup_id = g_steal_pointer (&question->backup_id);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) newer =
    mainstay_client_get_backup_finish (MAINSTAY_CLIENT (object), result, &error);

  g_clear_pointer (&question, g_free);
  self->pending--;
  question_answered (self, backup_id, newer, error);
  if (self->pending == 0)
    schedule (self);
  g_rc_box_release_full (self, poller_clear);
}

static void
ask (MainstayBackupPoller *self,
     MainstayBackup       *backup)
{
  Question *question = g_new0 (Question, 1);

  question->poller = g_rc_box_acquire (self);
  question->backup_id = g_strdup (mainstay_backup_get_id (backup));
  self->pending++;
  mainstay_client_get_backup_async (self->client, self->app, self->environment_id,
                                    question->backup_id, self->cancellable, question_cb, question);
}

static GPtrArray *
list_newest_first (MainstayBackupPoller *self)
{
  GPtrArray *backups = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer backup;

  g_hash_table_iter_init (&iter, self->followed);
  while (g_hash_table_iter_next (&iter, NULL, &backup))
    g_ptr_array_add (backups, g_object_ref (backup));
  g_ptr_array_sort (backups, mainstay_backup_order_compare_pointers);
  return backups;
}

static gboolean
timer_cb (gpointer data)
{
  MainstayBackupPoller *self = data;
  g_autoptr(GPtrArray) backups = list_newest_first (self);

  stop_timer (self);
  self->interval_ms = MIN (self->interval_ms * 13 / 10, LAST_POLL_MS);
  for (unsigned int i = 0; i < MIN (backups->len, MOST_AT_ONCE); i++)
    ask (self, g_ptr_array_index (backups, i));
  return G_SOURCE_REMOVE;
}

static void
schedule (MainstayBackupPoller *self)
{
  if (self->polled == NULL || self->pending > 0 || g_hash_table_size (self->followed) == 0)
    return;
  stop_timer (self);
  self->timer = g_timeout_source_new (
    (unsigned int) mainstay_client_scale_wait (self->client, self->interval_ms));
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/**
 * mainstay_backup_poller_follow:
 * @self: a poller
 * @backup: one that is not finished
 */
void
mainstay_backup_poller_follow (MainstayBackupPoller *self,
                               MainstayBackup       *backup)
{
  const char *id = mainstay_backup_get_id (backup);

  if (g_hash_table_contains (self->followed, id))
    return;
  g_hash_table_insert (self->followed, g_strdup (id), g_object_ref (backup));
  self->interval_ms = FIRST_POLL_MS;
  schedule (self);
}

/** mainstay_backup_poller_forget: No more questions about @backup_id. */
void
mainstay_backup_poller_forget (MainstayBackupPoller *self,
                               const char           *backup_id)
{
  g_hash_table_remove (self->followed, backup_id);
  if (g_hash_table_size (self->followed) == 0)
    stop_timer (self);
}

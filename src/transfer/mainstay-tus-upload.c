/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-tus-upload.h"

#include "mainstay-sleep-clock.h"
#include "mainstay-tus-line.h"
#include "mainstay-tus-run.h"

#define TELL_INTERVAL (G_USEC_PER_SEC / 10)
#define SLEEP_INTERVAL 500 /* milliseconds */

typedef struct _News News;

struct _MainstayTusUpload
{
  GObject parent_instance;

  /* owned */
  MainstayClient *client;
  MainstayUploadSource *source;
  char *kind;
  char *id;         /* (nullable) */
  GError *trouble;  /* (nullable) */

  MainstayTusChanged changed;
  gpointer changed_data; /* borrowed */
  News *news;            /* borrowed, of the run */
  GSource *sleep_source; /* owned, of the run */
  MainstaySleepClock sleep_clock;
  gint64 done;
  unsigned int retries;
  gboolean running;
};

/* What the thread knows and the main loop is to hear. */
struct _News
{
  GMutex lock;
  GTask *task;     /* borrowed; the run's, which ends behind the thread */
  char *id;        /* owned, nullable */
  GError *trouble; /* owned, nullable */
  gint64 done;
  gint64 told_at;  /* of the thread alone */
  unsigned int retries;
  gboolean is_told; /* the main loop will look */
  MainstayTusBreaker breaker;

  /* input, of the thread alone; owned */
  MainstayClient *client;
  MainstayUploadSource *source;
  char *kind;
  char *first_id;  /* nullable */
};

G_DEFINE_FINAL_TYPE (MainstayTusUpload, mainstay_tus_upload, G_TYPE_OBJECT)

static void
mainstay_tus_upload_finalize (GObject *object)
{
  MainstayTusUpload *self = MAINSTAY_TUS_UPLOAD (object);

  g_clear_object (&self->client);
  g_clear_object (&self->source);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_error (&self->trouble);

  G_OBJECT_CLASS (mainstay_tus_upload_parent_class)->finalize (object);
}

static void
mainstay_tus_upload_class_init (MainstayTusUploadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_tus_upload_finalize;
}

static void
mainstay_tus_upload_init (MainstayTusUpload *self)
{
}

static void
news_clear (News *news)
{
  g_mutex_clear (&news->lock);
  mainstay_tus_breaker_clear (&news->breaker);
  g_clear_pointer (&news->id, g_free);
  g_clear_error (&news->trouble);
  g_clear_object (&news->client);
  g_clear_object (&news->source);
  g_clear_pointer (&news->kind, g_free);
  g_clear_pointer (&news->first_id, g_free);
}

static void
news_unref (gpointer news)
{
  g_atomic_rc_box_release_full (news, (GDestroyNotify) news_clear);
}

static void
take_news (MainstayTusUpload *self,
           News              *news)
{
  g_mutex_lock (&news->lock);
  news->is_told = FALSE;
  self->done = news->done;
  self->retries = news->retries;
  g_clear_pointer (&self->id, g_free);
  self->id = g_strdup (news->id);
  g_clear_error (&self->trouble);
  self->trouble = news->trouble != NULL ? g_error_copy (news->trouble) : NULL;
  g_mutex_unlock (&news->lock);
}

static gboolean
told_cb (gpointer user_data)
{
  GTask *task = user_data;
  MainstayTusUpload *self = g_task_get_source_object (task);

  /* The end may have overtaken the last of the news, and has all of it. */
  if (self->running)
    {
      take_news (self, g_task_get_task_data (task));
      if (self->changed != NULL)
        self->changed (self, self->changed_data);
    }
  return G_SOURCE_REMOVE;
}

/* With the lock held. */
static void
tell (News *news)
{
  g_autoptr(GSource) source = NULL;

  if (news->is_told)
    return;
  news->is_told = TRUE;
  news->told_at = g_get_monotonic_time ();
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, told_cb, g_object_ref (news->task), g_object_unref);
  g_source_attach (source, g_task_get_context (news->task));
}

static void
progressed (gint64   done,
            gpointer user_data)
{
  News *news = user_data;

  g_mutex_lock (&news->lock);
  news->done = done;
  if (g_get_monotonic_time () - news->told_at >= TELL_INTERVAL)
    tell (news);
  g_mutex_unlock (&news->lock);
}

static void
named (const char *id,
       gpointer    user_data)
{
  News *news = user_data;

  g_mutex_lock (&news->lock);
  g_clear_pointer (&news->id, g_free);
  news->id = g_strdup (id);
  tell (news);
  g_mutex_unlock (&news->lock);
}

static void
troubled (const GError *trouble,
          gpointer      user_data)
{
  News *news = user_data;

  g_mutex_lock (&news->lock);
  g_clear_error (&news->trouble);
  if (trouble != NULL)
    {
      news->trouble = g_error_copy (trouble);
      news->retries++;
    }
  tell (news);
  g_mutex_unlock (&news->lock);
}

static void
run_in_thread (GTask        *work,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  static const MainstayTusListener listener = { progressed, named, troubled };
  News *news = task_data;
  GError *error = NULL;

  if (mainstay_tus_run (g_steal_pointer (&news->client), news->source, news->kind, news->first_id,
                        &listener, news, &news->breaker, cancellable, &error))
    g_task_return_boolean (work, TRUE);
  else
    g_task_return_error (work, error);
}

/* The thread waits for a line of which nothing will ever be heard. */
static gboolean
look_for_sleep_cb (gpointer user_data)
{
  MainstayTusUpload *self = user_data;

  if (mainstay_sleep_clock_has_slept (&self->sleep_clock))
    mainstay_tus_breaker_break (&self->news->breaker);
  return G_SOURCE_CONTINUE;
}

/* What gets on is left alone. */
static void
network_changed_cb (GNetworkMonitor   *monitor,
                    gboolean           available,
                    MainstayTusUpload *self)
{
  if (available && self->trouble != NULL)
    mainstay_tus_breaker_break (&self->news->breaker);
}

static void
begin_to_watch_line (MainstayTusUpload *self,
                     News              *news)
{
  self->news = news;
  self->sleep_clock = (MainstaySleepClock) { 0 };
  self->sleep_source = g_timeout_source_new (SLEEP_INTERVAL);
  g_source_set_callback (self->sleep_source, look_for_sleep_cb, self, NULL);
  g_source_attach (self->sleep_source, g_task_get_context (news->task));
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (network_changed_cb), self, 0);
}

static void
end_watching_line (MainstayTusUpload *self)
{
  g_signal_handlers_disconnect_by_func (g_network_monitor_get_default (), network_changed_cb,
                                        self);
  g_source_destroy (self->sleep_source);
  g_clear_pointer (&self->sleep_source, g_source_unref);
  self->news = NULL;
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstayTusUpload *self = g_task_get_source_object (task);
  GError *error = NULL;

  end_watching_line (self);
  take_news (self, g_task_get_task_data (task));
  self->running = FALSE;
  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * mainstay_tus_upload_new:
 * @client: the client
 * @source: what to send
 * @kind: `database` or `files`
 * @id: (nullable): an upload of the same source that was begun before
 *
 * Returns: (transfer full): the upload, not running
 */
MainstayTusUpload *
mainstay_tus_upload_new (MainstayClient       *client,
                         MainstayUploadSource *source,
                         const char           *kind,
                         const char           *id)
{
  MainstayTusUpload *self;

  g_return_val_if_fail (MAINSTAY_IS_CLIENT (client), NULL);
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_SOURCE (source), NULL);
  g_return_val_if_fail (kind != NULL, NULL);

  self = g_object_new (MAINSTAY_TYPE_TUS_UPLOAD, NULL);
  self->client = g_object_ref (client);
  self->source = g_object_ref (source);
  self->kind = g_strdup (kind);
  self->id = g_strdup (id);
  return self;
}

/** mainstay_tus_upload_get_id: Returns: (nullable): how the API names it */
const char *
mainstay_tus_upload_get_id (MainstayTusUpload *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TUS_UPLOAD (self), NULL);

  return self->id;
}

/** mainstay_tus_upload_get_done: Returns: bytes at the portal or on the way there */
gint64
mainstay_tus_upload_get_done (MainstayTusUpload *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TUS_UPLOAD (self), 0);

  return self->done;
}

/** mainstay_tus_upload_get_trouble: Returns: (nullable): why it is not getting on */
const GError *
mainstay_tus_upload_get_trouble (MainstayTusUpload *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TUS_UPLOAD (self), NULL);

  return self->trouble;
}

/** mainstay_tus_upload_get_retries: Returns: how often something was tried once more */
unsigned int
mainstay_tus_upload_get_retries (MainstayTusUpload *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TUS_UPLOAD (self), 0);

  return self->retries;
}

static News *
news_new (MainstayTusUpload *self,
          GTask             *task)
{
  News *news = g_atomic_rc_box_new0 (News);

  g_mutex_init (&news->lock);
  mainstay_tus_breaker_init (&news->breaker);
  news->task = task;
  news->id = g_strdup (self->id);
  news->first_id = g_strdup (self->id);
  news->done = self->done;
  news->retries = self->retries;
  news->client = mainstay_client_clone (self->client);
  news->source = g_object_ref (self->source);
  news->kind = g_strdup (self->kind);
  return news;
}

/**
 * mainstay_tus_upload_run_async:
 * @self: an upload that is not running
 * @changed: (nullable): called when something changed
 * @changed_data: for @changed
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_tus_upload_run_async (MainstayTusUpload   *self,
                               MainstayTusChanged   changed,
                               gpointer             changed_data,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GTask) work = NULL;
  News *news;

  g_return_if_fail (MAINSTAY_IS_TUS_UPLOAD (self));
  g_return_if_fail (!self->running);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_tus_upload_run_async);
  self->running = TRUE;
  self->changed = changed;
  self->changed_data = changed_data;
  news = news_new (self, task);
  g_task_set_task_data (task, news, news_unref);
  begin_to_watch_line (self, news);
  /* A thread could be the last to let go of what it was given, and gets no live object. */
  work = g_task_new (NULL, cancellable, ran_cb, g_object_ref (task));
  g_task_set_source_tag (work, mainstay_tus_upload_run_async);
  g_task_set_check_cancellable (work, FALSE);
  g_task_set_task_data (work, g_atomic_rc_box_acquire (news), news_unref);
  g_task_run_in_thread (work, run_in_thread);
}

/** mainstay_tus_upload_run_finish: Returns: whether the portal has all of it */
gboolean
mainstay_tus_upload_run_finish (MainstayTusUpload  *self,
                                GAsyncResult       *result,
                                GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_tus_upload_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
terminated_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GInputStream) body = mainstay_client_send_finish (MAINSTAY_CLIENT (object), result,
                                                              &error);

  if (body == NULL)
    g_debug ("An upload could not be taken back: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/**
 * mainstay_tus_upload_terminate_async:
 * @client: the client
 * @id: how the API names the upload
 * @callback: called when it was tried
 * @user_data: for @callback
 */
void
mainstay_tus_upload_terminate_async (MainstayClient      *client,
                                     const char          *id,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (client, NULL, callback, user_data);
  g_autofree char *address = mainstay_tus_address (id);
  g_autoptr(SoupMessage) message = mainstay_client_new_message (client, "DELETE", address);

  g_task_set_source_tag (task, mainstay_tus_upload_terminate_async);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Tus-Resumable",
                                "1.0.0");
  mainstay_client_send_async (client, message, NULL, terminated_cb, g_steal_pointer (&task));
}

/** mainstay_tus_upload_terminate_finish: */
void
mainstay_tus_upload_terminate_finish (MainstayClient *client,
                                      GAsyncResult   *result)
{
  g_return_if_fail (g_task_is_valid (result, client));

  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-download-engine.h"

#include "mainstay-download-work.h"

#define TELL_INTERVAL 100 /* milliseconds */

/* What is shown, taken from the threads some times a second. */
typedef struct
{
  MainstayDownloadPhase phase;
  gint64 done;
  gint64 total;
  gint64 proved;
  unsigned int retries;
  unsigned int connections;
  GError *trouble; /* (nullable), owned */
} Picture;

struct _MainstayDownloadEngine
{
  GObject parent_instance;

  char *path;
  MainstayPartJournal *about;
  MainstayFileKind kind;
  MainstayRateLimit *limit;   /* borrowed */
  double wait_scale;
  unsigned int most;
  int replaces;               /* -1 until the first run */
  gboolean verifies;
  gboolean keeps_journal;

  MainstayBackupFile *file;   /* (nullable) */
  char *kept;                 /* (nullable): where a bad file lies */
  Picture picture;
  GSource *tick;              /* (nullable): while it runs */
  GMainContext *context;      /* (nullable): while it runs */
  unsigned int link_asks;     /* how many of the run's questions have been passed on */

  GMutex mutex;
  MainstayDownloadRun *run;   /* (nullable), borrowed, under the mutex */
  int wake_pending;           /* atomic */
};

enum {
  SIGNAL_LINK_NEEDED,
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MainstayDownloadEngine, mainstay_download_engine, G_TYPE_OBJECT)

static void
mainstay_download_engine_finalize (GObject *object)
{
  MainstayDownloadEngine *self = MAINSTAY_DOWNLOAD_ENGINE (object);

  g_assert (self->tick == NULL);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->about, mainstay_part_journal_free);
  g_clear_pointer (&self->file, mainstay_backup_file_free);
  g_clear_pointer (&self->kept, g_free);
  g_clear_error (&self->picture.trouble);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (mainstay_download_engine_parent_class)->finalize (object);
}

static void
mainstay_download_engine_class_init (MainstayDownloadEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_download_engine_finalize;

  signals[SIGNAL_LINK_NEEDED] =
    g_signal_new ("link-needed", MAINSTAY_TYPE_DOWNLOAD_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", MAINSTAY_TYPE_DOWNLOAD_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
}

static void
mainstay_download_engine_init (MainstayDownloadEngine *self)
{
  g_mutex_init (&self->mutex);
  self->limit = mainstay_rate_limit_get_default ();
  self->wait_scale = 1;
  self->most = MAINSTAY_MOST_CONNECTIONS;
  self->replaces = -1;
  self->verifies = TRUE;
  self->picture.total = -1;
}

/**
 * mainstay_download_engine_new:
 * @path: the asked name
 * @kind: what the file must be, %MAINSTAY_FILE_UNKNOWN for any backup
 * @about: which backup it is of
 *
 * Returns: (transfer full): an engine that is not running
 */
MainstayDownloadEngine *
mainstay_download_engine_new (const char          *path,
                              MainstayFileKind     kind,
                              MainstayPartJournal *about)
{
  MainstayDownloadEngine *self = g_object_new (MAINSTAY_TYPE_DOWNLOAD_ENGINE, NULL);

  self->path = g_strdup (path);
  self->kind = kind;
  self->about = mainstay_part_journal_copy (about);
  return self;
}

void
mainstay_download_engine_set_verifies (MainstayDownloadEngine *self,
                                       gboolean                verifies)
{
  self->verifies = verifies;
}

void
mainstay_download_engine_set_most_connections (MainstayDownloadEngine *self,
                                               unsigned int            most)
{
  self->most = CLAMP (most, 1, MAINSTAY_MOST_CONNECTIONS);
}

void
mainstay_download_engine_set_wait_scale (MainstayDownloadEngine *self,
                                         double                  scale)
{
  self->wait_scale = scale;
}

/** mainstay_download_engine_set_rate_limit: @limit must outlive every run */
void
mainstay_download_engine_set_rate_limit (MainstayDownloadEngine *self,
                                         MainstayRateLimit      *limit)
{
  self->limit = limit;
}

void
mainstay_download_engine_set_replaces (MainstayDownloadEngine *self,
                                       gboolean                replaces)
{
  self->replaces = replaces;
}

void
mainstay_download_engine_set_keeps_journal (MainstayDownloadEngine *self,
                                            gboolean                keeps)
{
  self->keeps_journal = keeps;
}

/** mainstay_download_engine_get_replaces: Returns: %FALSE also before the first run */
gboolean
mainstay_download_engine_get_replaces (MainstayDownloadEngine *self)
{
  return self->replaces > 0;
}

/* Gives whether a link is wanted that nobody was asked for. */
static gboolean
look (MainstayDownloadEngine *self)
{
  Picture *picture = &self->picture;
  gboolean asks = FALSE;

  g_mutex_lock (&self->mutex);
  if (self->run != NULL)
    {
      MainstayDownloadRun *run = self->run;

      g_mutex_lock (&run->mutex);
      picture->done = mainstay_range_set_get_size (mainstay_range_plan_get_done (run->plan));
      picture->total = mainstay_range_plan_get_total (run->plan);
      picture->proved = run->arrival != NULL ? mainstay_arrival_source_get_given (run->arrival)
                                             : -1;
      picture->retries = run->retries;
      picture->connections = mainstay_download_run_count_busy (run);
      picture->phase = mainstay_download_run_is_complete (run) ? MAINSTAY_DOWNLOAD_VERIFYING
                       : run->link_needed ? MAINSTAY_DOWNLOAD_PREPARING
                                          : MAINSTAY_DOWNLOAD_TRANSFERRING;
      g_clear_error (&picture->trouble);
      picture->trouble = run->trouble != NULL ? g_error_copy (run->trouble) : NULL;
      asks = run->link_needed && !run->link_refused && run->link_asks != self->link_asks;
      self->link_asks = run->link_asks;
      g_mutex_unlock (&run->mutex);
    }
  g_mutex_unlock (&self->mutex);
  return asks;
}

static gboolean
tick_cb (gpointer user_data)
{
  MainstayDownloadEngine *self = user_data;
  gboolean asks = look (self);

  g_object_ref (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (asks && self->tick != NULL)
    g_signal_emit (self, signals[SIGNAL_LINK_NEEDED], 0);
  g_object_unref (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
woken_cb (gpointer user_data)
{
  MainstayDownloadEngine *self = user_data;

  g_atomic_int_set (&self->wake_pending, FALSE);
  if (self->tick != NULL)
    tick_cb (self);
  return G_SOURCE_REMOVE;
}

/* In any thread, while it runs. */
static void
wake (gpointer user_data)
{
  MainstayDownloadEngine *self = user_data;
  g_autoptr(GSource) source = NULL;

  if (!g_atomic_int_compare_and_exchange (&self->wake_pending, FALSE, TRUE))
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, woken_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static void
begun (MainstayDownloadRun *run,
       gpointer             user_data)
{
  MainstayDownloadEngine *self = user_data;

  g_mutex_lock (&self->mutex);
  self->run = run;
  g_mutex_unlock (&self->mutex);
}

static void
ended (MainstayDownloadRun *run,
       gpointer             user_data)
{
  MainstayDownloadEngine *self = user_data;

  g_mutex_lock (&self->mutex);
  self->run = NULL;
  g_mutex_unlock (&self->mutex);
}

static void
network_changed_cb (GNetworkMonitor        *monitor,
                    gboolean                available,
                    MainstayDownloadEngine *self)
{
  g_mutex_lock (&self->mutex);
  if (self->run != NULL)
    {
      g_mutex_lock (&self->run->mutex);
      self->run->offline = !available;
      mainstay_download_run_network_changed (self->run);
      g_mutex_unlock (&self->run->mutex);
    }
  g_mutex_unlock (&self->mutex);
}

static gpointer
run_in_thread (gpointer data)
{
  g_autoptr(GTask) task = data;
  MainstayDownloadWork *work = g_task_get_task_data (task);
  MainstayBackupFile *file = NULL;
  GError *error = NULL;

  if (mainstay_download_work_do (work, &file, g_task_get_cancellable (task), &error))
    g_task_return_pointer (task, file, (GDestroyNotify) mainstay_backup_file_free);
  else
    g_task_return_error (task, error);
  return NULL;
}

/**
 * mainstay_download_engine_run_async:
 * @self: an engine that is not running
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end, when nothing of it runs any more
 * @user_data: for @callback
 */
void
mainstay_download_engine_run_async (MainstayDownloadEngine *self,
                                    GCancellable           *cancellable,
                                    GAsyncReadyCallback     callback,
                                    gpointer                user_data)
{
  GTask *task;
  MainstayDownloadWork *work;

  g_return_if_fail (MAINSTAY_IS_DOWNLOAD_ENGINE (self));
  g_return_if_fail (self->tick == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_download_engine_run_async);
  /* Whether a file was whole is decided by what was done, not by a late click. */
  g_task_set_check_cancellable (task, FALSE);
  work = g_new0 (MainstayDownloadWork, 1);
  work->path = g_strdup (self->path);
  work->about = mainstay_part_journal_copy (self->about);
  work->kind = self->kind;
  work->limit = self->limit;
  work->wait_scale = self->wait_scale;
  work->most = self->most;
  work->verifies = self->verifies;
  work->replaces = self->replaces;
  work->keeps_journal = self->keeps_journal;
  work->begun = begun;
  work->ended = ended;
  work->changed = wake;
  work->user_data = self;
  g_task_set_task_data (task, work, (GDestroyNotify) mainstay_download_work_free);

  g_clear_pointer (&self->file, mainstay_backup_file_free);
  self->link_asks = 0;
  self->context = g_task_get_context (task);
  self->tick = g_timeout_source_new (TELL_INTERVAL);
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, self->context);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (network_changed_cb), self, 0);
  g_thread_unref (g_thread_new ("download", run_in_thread, task));
}

/** mainstay_download_engine_run_finish: Returns: whether the asked name holds the file now */
gboolean
mainstay_download_engine_run_finish (MainstayDownloadEngine  *self,
                                     GAsyncResult            *result,
                                     GError                 **error)
{
  MainstayDownloadWork *work;
  g_autoptr(GError) own_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_download_engine_run_async),
                        FALSE);

  work = g_task_get_task_data (G_TASK (result));
  self->replaces = work->replaces;
  if (work->kept != NULL)
    {
      g_clear_pointer (&self->kept, g_free);
      self->kept = g_steal_pointer (&work->kept);
    }
  g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
  g_signal_handlers_disconnect_by_func (g_network_monitor_get_default (), network_changed_cb,
                                        self);
  g_clear_error (&self->picture.trouble);
  self->picture.connections = 0;
  self->picture.done = work->done;
  self->picture.total = work->total;
  self->picture.retries = work->retries;
  self->file = g_task_propagate_pointer (G_TASK (result), &own_error);
  if (own_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own_error));
  return FALSE;
}

static void
discard_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  mainstay_download_work_discard (task_data);
  g_task_return_boolean (task, TRUE);
}

/**
 * mainstay_download_engine_discard_async:
 * @self: an engine that is not running
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_download_engine_discard_async (MainstayDownloadEngine *self,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, mainstay_download_engine_discard_async);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, discard_in_thread);
}

gboolean
mainstay_download_engine_discard_finish (MainstayDownloadEngine  *self,
                                         GAsyncResult            *result,
                                         GError                 **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
settle_in_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  mainstay_download_work_settle (task_data);
  g_task_return_boolean (task, TRUE);
}

/**
 * mainstay_download_engine_settle_async:
 * @self: an engine that is not running
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_download_engine_settle_async (MainstayDownloadEngine *self,
                                       GAsyncReadyCallback     callback,
                                       gpointer                user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, mainstay_download_engine_settle_async);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, settle_in_thread);
}

/**
 * mainstay_download_engine_give_link:
 * @self: an engine that may have ended meanwhile
 * @url: the link, a secret
 * @archive_id: (nullable): of the archive that it leads to
 */
void
mainstay_download_engine_give_link (MainstayDownloadEngine *self,
                                    const char             *url,
                                    const char             *archive_id)
{
  g_mutex_lock (&self->mutex);
  if (self->run != NULL)
    {
      g_mutex_lock (&self->run->mutex);
      mainstay_download_run_give_link (self->run, url, archive_id);
      g_mutex_unlock (&self->run->mutex);
    }
  g_mutex_unlock (&self->mutex);
}

/**
 * mainstay_download_engine_refuse_link:
 * @self: an engine that may have ended meanwhile
 * @error: why there is none; a transient one is asked for again later
 */
void
mainstay_download_engine_refuse_link (MainstayDownloadEngine *self,
                                      const GError           *error)
{
  g_mutex_lock (&self->mutex);
  if (self->run != NULL)
    {
      g_mutex_lock (&self->run->mutex);
      mainstay_download_run_refuse_link (self->run, error);
      g_mutex_unlock (&self->run->mutex);
    }
  g_mutex_unlock (&self->mutex);
}

MainstayDownloadPhase
mainstay_download_engine_get_phase (MainstayDownloadEngine *self)
{
  return self->picture.phase;
}

gint64
mainstay_download_engine_get_done (MainstayDownloadEngine *self)
{
  return self->picture.done;
}

gint64
mainstay_download_engine_get_total (MainstayDownloadEngine *self)
{
  return self->picture.total;
}

double
mainstay_download_engine_get_proved (MainstayDownloadEngine *self)
{
  if (self->picture.proved < 0 || self->picture.total <= 0)
    return -1;
  return (double) self->picture.proved / (double) self->picture.total;
}

unsigned int
mainstay_download_engine_get_retries (MainstayDownloadEngine *self)
{
  return self->picture.retries;
}

unsigned int
mainstay_download_engine_get_connections (MainstayDownloadEngine *self)
{
  return self->picture.connections;
}

GError *
mainstay_download_engine_dup_trouble (MainstayDownloadEngine *self)
{
  return self->picture.trouble != NULL ? g_error_copy (self->picture.trouble) : NULL;
}

MainstayBackupFile *
mainstay_download_engine_get_file (MainstayDownloadEngine *self)
{
  return self->file;
}

/** mainstay_download_engine_get_kept: Returns: (nullable): the path of the bad file */
const char *
mainstay_download_engine_get_kept (MainstayDownloadEngine *self)
{
  g_return_val_if_fail (MAINSTAY_IS_DOWNLOAD_ENGINE (self), NULL);

  return self->kept;
}

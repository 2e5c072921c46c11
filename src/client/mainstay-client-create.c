/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-client-private.h"
#include "mainstay-error.h"

/* Creating a backup without ever making two: after an answer that was lost, the list is asked
 * whether the backup is there before anything is sent again. */

#define LOOK_LIMIT 20
#define MOST_POSTS 3
#define LOOKS_AFTER_TIMEOUT 3
#define LOOK_WAIT_MS 500
/* The portal's clock is read to the second, and what stamps backups may have another. */
#define CLOCK_SLACK_MS 5000

typedef struct
{
  /* input */
  MainstayApp *app;      /* owned */
  char *environment_id;  /* owned */
  char *comment;         /* owned, never NULL */

  /* in progress */
  gint64 began_at;       /* the portal's time before the first POST */
  GError *error;         /* owned, of the last POST */
  unsigned int posts;
  unsigned int looks;    /* since the last POST */
  gboolean has_clock;
  gboolean lost;
} Create;

static void post (GTask *task);

static void
create_free (gpointer data)
{
  Create *create = data;

  g_clear_object (&create->app);
  g_clear_pointer (&create->environment_id, g_free);
  g_clear_pointer (&create->comment, g_free);
  g_clear_error (&create->error);
  g_clear_pointer (&create, g_free);
}

/* Where no comment is given, the public service writes its own. */
static gboolean
has_our_comment (Create         *create,
                 MainstayBackup *backup)
{
  const char *comment = mainstay_backup_get_comment (backup);

  if (g_strcmp0 (comment != NULL ? comment : "", create->comment) == 0)
    return TRUE;
  return *create->comment == '\0' && g_strcmp0 (comment, "Manually created snapshot") == 0;
}

static MainstayBackup *
find_ours (MainstayClient *self,
           Create         *create,
           GPtrArray      *list)
{
  for (unsigned int i = 0; i < list->len; i++)
    {
      MainstayBackup *backup = g_ptr_array_index (list, i);

      if (mainstay_backup_get_created_at (backup) >= create->began_at - CLOCK_SLACK_MS &&
          !mainstay_backup_is_automatic (backup) && has_our_comment (create, backup) &&
          !mainstay_client_knows_backup (self, mainstay_backup_get_id (backup)))
        return g_object_ref (backup);
    }
  return NULL;
}

static gboolean
post_again_cb (gpointer data)
{
  post (data);
  return G_SOURCE_REMOVE;
}

static void look (GTask *task);

static gboolean
look_again_cb (gpointer data)
{
  look (data);
  return G_SOURCE_REMOVE;
}

/* The list does not have it. */
static void
decide (GTask *task)
{
  MainstayClient *self = g_task_get_source_object (task);
  Create *create = g_task_get_task_data (task);
  gboolean timed_out = g_error_matches (create->error, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT) ||
                       g_error_matches (create->error, MAINSTAY_ERROR, MAINSTAY_ERROR_GATEWAY);
  gint64 wait = mainstay_client_scale_wait (self, LOOK_WAIT_MS << MIN (create->looks, 5));

  /* A portal that is slow may still be at it: sending again would make a second one. */
  if (timed_out && create->looks < LOOKS_AFTER_TIMEOUT)
    mainstay_request_wait (task, wait, look_again_cb);
  else if (!timed_out && create->posts < MOST_POSTS && mainstay_error_is_transient (create->error))
    mainstay_request_wait (task, wait, post_again_cb);
  else
    g_task_return_error (task, g_steal_pointer (&create->error));
}

static void
looked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  MainstayClient *self = MAINSTAY_CLIENT (object);
  g_autoptr(GTask) task = data;
  Create *create = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(MainstayBackup) ours = NULL;

  /* Not the public finish function, which would make every backup of the list a known one before it
   * is looked at. */
  list = mainstay_client_finish_request (self, result, mainstay_client_list_backups_async, &error);
  create->looks++;
  if (list != NULL)
    ours = find_ours (self, create, list);
  if (ours != NULL)
    {
      mainstay_client_saw_backup (self, ours);
      g_task_return_pointer (task, g_steal_pointer (&ours), g_object_unref);
    }
  else if (list != NULL)
    decide (task);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_error (task, g_steal_pointer (&create->error));
}

static void
look (GTask *task)
{
  Create *create = g_task_get_task_data (task);

  mainstay_client_list_backups_async (g_task_get_source_object (task), create->app,
                                      create->environment_id, 0, LOOK_LIMIT,
                                      g_task_get_cancellable (task), looked_cb,
                                      g_object_ref (task));
}

static void
posted_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  MainstayClient *self = MAINSTAY_CLIENT (object);
  g_autoptr(GTask) task = data;
  Create *create = g_task_get_task_data (task);
  g_autoptr(MainstayBackup) backup = NULL;

  g_clear_error (&create->error);
  backup = mainstay_client_finish_request (self, result, posted_cb, &create->error);
  create->lost |= mainstay_request_of (result)->lost;
  create->looks = 0;
  if (backup != NULL)
    {
      mainstay_client_saw_backup (self, backup);
      g_task_return_pointer (task, g_steal_pointer (&backup), g_object_unref);
    }
  else if (create->lost && create->has_clock && create->error->domain == MAINSTAY_ERROR)
    mainstay_request_wait (task, mainstay_client_scale_wait (self, LOOK_WAIT_MS), look_again_cb);
  else
    g_task_return_error (task, g_steal_pointer (&create->error));
}

static void
post (GTask *task)
{
  Create *create = g_task_get_task_data (task);

  create->posts++;
  mainstay_request_run_async (g_task_get_source_object (task),
                              mainstay_client_new_create_request (create->app,
                                                                  create->environment_id,
                                                                  create->comment),
                              posted_cb, g_task_get_cancellable (task), posted_cb,
                              g_object_ref (task));
}

void
mainstay_client_create_backup_async (MainstayClient      *self,
                                     MainstayApp         *app,
                                     const char          *environment_id,
                                     const char          *comment,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Create *create;

  g_return_if_fail (MAINSTAY_IS_CLIENT (self));
  g_return_if_fail (MAINSTAY_IS_APP (app));
  g_return_if_fail (environment_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_client_create_backup_async);
  create = g_new0 (Create, 1);
  create->app = g_object_ref (app);
  create->environment_id = g_strdup (environment_id);
  create->comment = g_strdup (comment != NULL ? comment : "");
  create->has_clock = mainstay_client_get_portal_time (self, &create->began_at);
  g_task_set_task_data (task, create, create_free);
  post (task);
}

MainstayBackup *
mainstay_client_create_backup_finish (MainstayClient  *self,
                                      GAsyncResult    *result,
                                      GError         **error)
{
  return mainstay_client_finish_request (self, result, mainstay_client_create_backup_async, error);
}

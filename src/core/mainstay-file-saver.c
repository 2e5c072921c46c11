/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-core"

#include "mainstay-file-saver.h"

#include <glib/gstdio.h>

#include "mainstay-error.h"

/* Long enough for what changes together, short enough for whoever pulls the plug. */
#define SOON 200 /* milliseconds */

struct _MainstayFileSaver
{
  GObject parent_instance;

  char *path;
  GObject *owner;        /* weak */
  GObject *kept_owner;   /* owned, while something is written */
  MainstayFileSaverText text;
  GPtrArray *flushes;    /* (element-type GTask) that wait for the disk */
  unsigned int timer_id; /* until the changes so far are written */

  gboolean is_held : 1;
  gboolean is_closed : 1;
  gboolean is_saving : 1;
  gboolean is_dirty : 1;
};

G_DEFINE_FINAL_TYPE (MainstayFileSaver, mainstay_file_saver, G_TYPE_OBJECT)

typedef struct
{
  char *path;
  char *text;
} Work;

static void write_now (MainstayFileSaver *self);

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->path, g_free);
  g_clear_pointer (&work->text, g_free);
  g_clear_pointer (&work, g_free);
}

static void
write_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Work *work = task_data;
  g_autofree char *folder = g_path_get_dirname (work->path);
  g_autoptr(GError) error = NULL;

  /* Without the folder there is an error to tell from the file. */
  g_mkdir_with_parents (folder, 0700);
  if (g_file_set_contents_full (work->path, work->text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, MAINSTAY_ERROR,
                             g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                               ? MAINSTAY_ERROR_NO_SPACE
                               : MAINSTAY_ERROR_FAILED,
                             "%s", error->message);
}

static void
end_flushes (MainstayFileSaver *self,
             const GError      *error)
{
  g_autoptr(GPtrArray) flushes = g_steal_pointer (&self->flushes);

  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  for (unsigned int i = 0; i < flushes->len; i++)
    {
      GTask *task = g_ptr_array_index (flushes, i);

      if (error == NULL)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_error_copy (error));
    }
}

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  MainstayFileSaver *self = MAINSTAY_FILE_SAVER (object);
  g_autoptr(GObject) owner = g_steal_pointer (&self->kept_owner);
  g_autoptr(GError) error = NULL;

  self->is_saving = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_message ("%s is not saved: %s", self->path, error->message);
  if (error == NULL && self->is_dirty && (self->timer_id == 0 || self->flushes->len > 0))
    {
      write_now (self);
      return;
    }
  self->is_dirty = self->is_dirty || error != NULL;
  end_flushes (self, error);
}

static void
write_now (MainstayFileSaver *self)
{
  g_autoptr(GTask) task = NULL;
  Work *work;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->is_held || self->is_closed || self->is_saving || self->owner == NULL)
    return;
  self->is_dirty = FALSE;
  self->is_saving = TRUE;
  work = g_new0 (Work, 1);
  work->path = g_strdup (self->path);
  work->text = self->text (self->owner);
  /* Let go of in the owner's thread, and not where the last of the task may be. */
  self->kept_owner = g_object_ref (self->owner);
  task = g_task_new (self, NULL, written_cb, NULL);
  g_task_set_source_tag (task, write_now);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, write_in_thread);
}

static gboolean
soon_cb (gpointer user_data)
{
  MainstayFileSaver *self = user_data;

  self->timer_id = 0;
  write_now (self);
  return G_SOURCE_REMOVE;
}

static void
mainstay_file_saver_dispose (GObject *object)
{
  MainstayFileSaver *self = MAINSTAY_FILE_SAVER (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_weak_pointer (&self->owner);

  G_OBJECT_CLASS (mainstay_file_saver_parent_class)->dispose (object);
}

static void
mainstay_file_saver_finalize (GObject *object)
{
  MainstayFileSaver *self = MAINSTAY_FILE_SAVER (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->flushes, g_ptr_array_unref);

  G_OBJECT_CLASS (mainstay_file_saver_parent_class)->finalize (object);
}

static void
mainstay_file_saver_class_init (MainstayFileSaverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mainstay_file_saver_dispose;
  object_class->finalize = mainstay_file_saver_finalize;
}

static void
mainstay_file_saver_init (MainstayFileSaver *self)
{
  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
}

/** mainstay_file_saver_new: Returns: (transfer full): one that has written nothing yet */
MainstayFileSaver *
mainstay_file_saver_new (const char            *path,
                         GObject               *owner,
                         MainstayFileSaverText  text)
{
  MainstayFileSaver *self = g_object_new (MAINSTAY_TYPE_FILE_SAVER, NULL);

  self->path = g_strdup (path);
  g_set_weak_pointer (&self->owner, owner);
  self->text = text;
  return self;
}

/** mainstay_file_saver_get_path: Returns: the file's */
const char *
mainstay_file_saver_get_path (MainstayFileSaver *self)
{
  g_return_val_if_fail (MAINSTAY_IS_FILE_SAVER (self), NULL);

  return self->path;
}

/** mainstay_file_saver_hold: */
void
mainstay_file_saver_hold (MainstayFileSaver *self)
{
  g_return_if_fail (MAINSTAY_IS_FILE_SAVER (self));

  self->is_held = TRUE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
}

/** mainstay_file_saver_release: */
void
mainstay_file_saver_release (MainstayFileSaver *self)
{
  g_return_if_fail (MAINSTAY_IS_FILE_SAVER (self));

  self->is_held = FALSE;
  if (self->is_dirty || self->flushes->len > 0)
    write_now (self);
}

/** mainstay_file_saver_close: */
void
mainstay_file_saver_close (MainstayFileSaver *self,
                           const GError      *error)
{
  g_return_if_fail (MAINSTAY_IS_FILE_SAVER (self));

  self->is_closed = TRUE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  end_flushes (self, error);
}

/** mainstay_file_saver_save: */
void
mainstay_file_saver_save (MainstayFileSaver *self)
{
  g_return_if_fail (MAINSTAY_IS_FILE_SAVER (self));

  self->is_dirty = TRUE;
  write_now (self);
}

/** mainstay_file_saver_save_soon: not put off by further changes, as the first one counts */
void
mainstay_file_saver_save_soon (MainstayFileSaver *self)
{
  g_return_if_fail (MAINSTAY_IS_FILE_SAVER (self));

  self->is_dirty = TRUE;
  if (!self->is_held && !self->is_closed && self->timer_id == 0)
    self->timer_id = g_timeout_add (SOON, soon_cb, self);
}

void
mainstay_file_saver_flush_async (MainstayFileSaver   *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (MAINSTAY_IS_FILE_SAVER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_file_saver_flush_async);
  if (self->is_dirty)
    write_now (self);
  if (!self->is_closed && (self->is_saving || self->is_held))
    g_ptr_array_add (self->flushes, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
mainstay_file_saver_flush_finish (MainstayFileSaver  *self,
                                  GAsyncResult       *result,
                                  GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_file_saver_flush_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

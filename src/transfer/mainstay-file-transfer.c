/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-file-transfer.h"

#include "mainstay-error.h"

#define BUFFER_SIZE (512 * 1024)

typedef struct
{
  /* input, owned except for the progress's data */
  GInputStream *stream;
  MainstayPartFile *part;
  MainstayTransferProgress progress;
  gpointer progress_data;

  /* in progress, owned */
  char *filling;  /* what is read into */
  char *writing;  /* what is written out of */
  gsize filled;
  gsize to_write;
  gint64 done;    /* bytes read */
  GError *error;  /* the first of both sides */
  gboolean at_end;
  gboolean is_reading;
  gboolean is_writing;
} Moving;

static void
moving_free (Moving *moving)
{
  g_clear_object (&moving->stream);
  g_clear_pointer (&moving->part, mainstay_part_file_unref);
  g_clear_pointer (&moving->filling, g_free);
  g_clear_pointer (&moving->writing, g_free);
  g_clear_error (&moving->error);
  g_clear_pointer (&moving, g_free);
}

/* What the network's layers say, in the one domain that others decide on. */
static GError *
to_own_error (GError *error)
{
  g_autoptr(GError) owned = error;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED) || owned->domain == MAINSTAY_ERROR)
    return g_steal_pointer (&owned);
  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_LENGTH_MISMATCH, owned->message);
  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT, owned->message);
  return g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_UNREACHABLE, owned->message);
}

static void
keep_error (Moving *moving,
            GError *error)
{
  if (moving->error == NULL)
    moving->error = error;
  else
    g_error_free (error);
}

static void
write_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Moving *moving = task_data;
  GError *error = NULL;

  if (mainstay_part_file_append (moving->part, moving->writing, moving->to_write, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void go_on (GTask *task);

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Moving *moving = g_task_get_task_data (task);
  GError *error = NULL;

  moving->is_writing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    keep_error (moving, error);
  go_on (task);
}

static void
begin_write (GTask *task)
{
  Moving *moving = g_task_get_task_data (task);
  g_autoptr(GTask) write = g_task_new (NULL, NULL, written_cb, g_object_ref (task));
  char *empty = moving->writing;

  g_task_set_source_tag (write, begin_write);
  moving->writing = moving->filling;
  moving->filling = empty;
  moving->to_write = moving->filled;
  moving->filled = 0;
  moving->is_writing = TRUE;
  /* Borrowed: the outer task lives until this has ended. */
  g_task_set_task_data (write, moving, NULL);
  g_task_run_in_thread (write, write_in_thread);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  Moving *moving = g_task_get_task_data (task);
  GError *error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  moving->is_reading = FALSE;
  if (length < 0)
    keep_error (moving, to_own_error (error));
  else if (length == 0)
    moving->at_end = TRUE;
  else
    {
      moving->filled += (gsize) length;
      moving->done += length;
      if (moving->error == NULL && moving->progress != NULL)
        moving->progress (moving->done, moving->progress_data);
    }
  go_on (task);
}

static void
begin_read (GTask *task)
{
  Moving *moving = g_task_get_task_data (task);

  moving->is_reading = TRUE;
  g_input_stream_read_async (moving->stream, moving->filling + moving->filled,
                             BUFFER_SIZE - moving->filled, G_PRIORITY_DEFAULT_IDLE,
                             g_task_get_cancellable (task), read_cb, g_object_ref (task));
}

static void
go_on (GTask *task)
{
  Moving *moving = g_task_get_task_data (task);
  gboolean has_enough = moving->filled == BUFFER_SIZE || (moving->at_end && moving->filled > 0);

  if (moving->error == NULL && has_enough && !moving->is_writing)
    begin_write (task);
  if (moving->error == NULL && !moving->is_reading && !moving->at_end &&
      moving->filled < BUFFER_SIZE)
    begin_read (task);
  if (moving->is_reading || moving->is_writing)
    return;
  if (moving->error != NULL)
    g_task_return_error (task, g_steal_pointer (&moving->error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * mainstay_file_transfer_run_async:
 * @stream: where the bytes come from
 * @part: where they go to
 * @progress: (nullable): called as bytes arrive
 * @progress_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_file_transfer_run_async (GInputStream             *stream,
                                  MainstayPartFile         *part,
                                  MainstayTransferProgress  progress,
                                  gpointer                  progress_data,
                                  GCancellable             *cancellable,
                                  GAsyncReadyCallback       callback,
                                  gpointer                  user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Moving *moving = g_new0 (Moving, 1);

  g_task_set_source_tag (task, mainstay_file_transfer_run_async);
  moving->stream = g_object_ref (stream);
  moving->part = mainstay_part_file_ref (part);
  moving->progress = progress;
  moving->progress_data = progress_data;
  moving->filling = g_malloc (BUFFER_SIZE);
  moving->writing = g_malloc (BUFFER_SIZE);
  g_task_set_task_data (task, moving, (GDestroyNotify) moving_free);
  go_on (task);
}

/** mainstay_file_transfer_run_finish: Returns: whether all of it was moved */
gboolean
mainstay_file_transfer_run_finish (GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_file_transfer_run_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

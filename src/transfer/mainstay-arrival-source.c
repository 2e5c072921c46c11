/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-arrival-source.h"

#include "mainstay-error.h"

typedef struct
{
  MainstayByteSource parent;

  MainstayPartFile *part; /* owned */
  GMutex mutex;
  GCond cond;
  gint64 reach;     /* under the mutex, as all below */
  gint64 total;     /* -1 until it is known */
  gint64 given;
  gboolean aborted;
} ArrivalSource;

/* Returns: how much of @size may be read, 0 at the end, -1 when aborted */
static gssize
wait_for_bytes (ArrivalSource *self,
                size_t         size)
{
  gint64 length = -1;

  g_mutex_lock (&self->mutex);
  while (!self->aborted && self->reach <= self->given &&
         (self->total < 0 || self->given < self->total))
    g_cond_wait (&self->cond, &self->mutex);
  if (!self->aborted)
    length = MIN (MAX (self->reach - self->given, 0), (gint64) size);
  g_mutex_unlock (&self->mutex);
  return (gssize) length;
}

static gssize
arrival_source_fill (MainstayByteSource  *source,
                     guint8              *buffer,
                     size_t               size,
                     GError             **error)
{
  ArrivalSource *self = (ArrivalSource *) source;
  gssize length = wait_for_bytes (self, size);

  if (length < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "No more bytes will come");
      return -1;
    }
  if (length == 0)
    return 0;
  /* Only this thread moves what was given. */
  length = mainstay_part_file_read (self->part, self->given, buffer, (size_t) length, error);
  if (length == 0)
    g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                         "The file was cut off on the disk");
  if (length <= 0)
    return -1;
  g_mutex_lock (&self->mutex);
  self->given += length;
  g_mutex_unlock (&self->mutex);
  return length;
}

static void
arrival_source_close (MainstayByteSource *source)
{
  ArrivalSource *self = (ArrivalSource *) source;

  g_clear_pointer (&self->part, mainstay_part_file_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

/** mainstay_arrival_source_new: Returns: (transfer full): the bytes of @part */
MainstayByteSource *
mainstay_arrival_source_new (MainstayPartFile *part)
{
  ArrivalSource *self = g_new0 (ArrivalSource, 1);

  self->parent.fill = arrival_source_fill;
  self->parent.close = arrival_source_close;
  mainstay_byte_source_init (&self->parent);
  self->part = mainstay_part_file_ref (part);
  self->total = -1;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return &self->parent;
}

void
mainstay_arrival_source_set_reach (MainstayByteSource *source,
                                   gint64              reach)
{
  ArrivalSource *self = (ArrivalSource *) source;

  g_mutex_lock (&self->mutex);
  if (reach > self->reach)
    {
      self->reach = reach;
      g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
}

void
mainstay_arrival_source_end (MainstayByteSource *source,
                             gint64              total)
{
  ArrivalSource *self = (ArrivalSource *) source;

  g_mutex_lock (&self->mutex);
  self->total = total;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
mainstay_arrival_source_abort (MainstayByteSource *source)
{
  ArrivalSource *self = (ArrivalSource *) source;

  g_mutex_lock (&self->mutex);
  self->aborted = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

gint64
mainstay_arrival_source_get_given (MainstayByteSource *source)
{
  ArrivalSource *self = (ArrivalSource *) source;
  gint64 given;

  g_mutex_lock (&self->mutex);
  given = self->given;
  g_mutex_unlock (&self->mutex);
  return given;
}

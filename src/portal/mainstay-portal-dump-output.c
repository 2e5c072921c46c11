/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-dump-output.h"

#include "mainstay-dump-check.h"

struct _MainstayPortalDumpOutput
{
  GFilterOutputStream parent_instance;

  MainstayDumpCheck *check; /* owned */
};

G_DEFINE_FINAL_TYPE (MainstayPortalDumpOutput, mainstay_portal_dump_output,
                     G_TYPE_FILTER_OUTPUT_STREAM)

static gssize
mainstay_portal_dump_output_write (GOutputStream  *stream,
                                   const void     *buffer,
                                   gsize           count,
                                   GCancellable   *cancellable,
                                   GError        **error)
{
  MainstayPortalDumpOutput *self = MAINSTAY_PORTAL_DUMP_OUTPUT (stream);
  GOutputStream *base = g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream));
  gssize written = g_output_stream_write (base, buffer, count, cancellable, error);

  if (written > 0)
    mainstay_dump_check_add (self->check, buffer, (size_t) written);
  return written;
}

static void
mainstay_portal_dump_output_finalize (GObject *object)
{
  MainstayPortalDumpOutput *self = MAINSTAY_PORTAL_DUMP_OUTPUT (object);

  g_clear_pointer (&self->check, mainstay_dump_check_free);
  G_OBJECT_CLASS (mainstay_portal_dump_output_parent_class)->finalize (object);
}

static void
mainstay_portal_dump_output_class_init (MainstayPortalDumpOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_portal_dump_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = mainstay_portal_dump_output_write;
}

static void
mainstay_portal_dump_output_init (MainstayPortalDumpOutput *self)
{
  self->check = mainstay_dump_check_new (FALSE);
}

GOutputStream *
mainstay_portal_dump_output_new (GOutputStream *base)
{
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (base), NULL);

  return g_object_new (MAINSTAY_TYPE_PORTAL_DUMP_OUTPUT, "base-stream", base,
                       "close-base-stream", FALSE, NULL);
}

gboolean
mainstay_portal_dump_output_finish (MainstayPortalDumpOutput  *self,
                                    MainstayPortalBackup      *backup,
                                    GError                   **error)
{
  g_autoptr(MainstayBackupFile) file = g_new0 (MainstayBackupFile, 1);
  const MainstayDumpContents *contents;

  g_return_val_if_fail (MAINSTAY_IS_PORTAL_DUMP_OUTPUT (self), FALSE);

  if (!mainstay_dump_check_finish (self->check, file, error))
    return FALSE;
  contents = mainstay_dump_check_get_contents (self->check);
  if (contents == NULL)
    return TRUE;
  g_clear_pointer (&backup->blocks, g_array_unref);
  backup->contents_length = mainstay_dump_contents_get_length (contents);
  backup->blocks = mainstay_dump_contents_get_blocks (contents);
  return TRUE;
}

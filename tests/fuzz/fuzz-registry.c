/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fuzz.h"

#include "mainstay-operations.h"
#include "mainstay-transfer-registry.h"

/* The list of unfinished transfers: whatever it holds, operations come of it or none, and those can
 * be described again. */

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* A broken list is told of by a warning, which ends other tests. */
static GLogWriterOutput
write_nothing (GLogLevelFlags   level,
               const GLogField *fields,
               size_t           n_fields,
               gpointer         user_data)
{
  return level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)
           ? g_log_writer_default (level, fields, n_fields, user_data)
           : G_LOG_WRITER_HANDLED;
}

static void
be_quiet (void)
{
  static gboolean done;

  if (done)
    return;
  done = TRUE;
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (write_nothing, NULL, NULL);
}

static MainstayTransferRegistry *
new_registry (const char *path)
{
  MainstayTransferRegistry *registry = mainstay_transfer_registry_new (path);

  mainstay_transfer_registry_add_kind (registry, MAINSTAY_OPERATION_DOWNLOAD,
                                       mainstay_download_operation_new_from_record);
  mainstay_transfer_registry_add_kind (registry, MAINSTAY_OPERATION_UPLOAD,
                                       mainstay_upload_operation_new_from_record);
  return registry;
}

static void
check_operation (MainstayTransferRegistry *registry,
                 MainstayOperation        *operation)
{
  g_autoptr(JsonObject) record = mainstay_operation_describe (operation);

  g_assert_true (mainstay_operation_is_held (operation));
  g_assert_null (mainstay_operation_get_client (operation));
  g_assert_nonnull (mainstay_operation_get_app (operation));
  g_assert_nonnull (mainstay_operation_get_environment (operation));
  g_assert_nonnull (mainstay_transfer_registry_get_account (registry, operation));
  g_assert_nonnull (record);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *path = fuzz_write ("transfers.json", data, size);
  g_autoptr(MainstayTransferRegistry) registry = NULL;
  g_autoptr(GAsyncResult) loaded = NULL;
  g_autoptr(GAsyncResult) flushed = NULL;
  g_autoptr(GPtrArray) operations = NULL;
  g_autoptr(GError) error = NULL;

  be_quiet ();
  registry = new_registry (path);
  mainstay_transfer_registry_load_async (registry, NULL, ended_cb, &loaded);
  wait_for_result (&loaded);
  operations = mainstay_transfer_registry_load_finish (registry, loaded, &error);
  g_assert_true ((operations == NULL) == (error != NULL));
  for (unsigned int i = 0; operations != NULL && i < operations->len; i++)
    check_operation (registry, g_ptr_array_index (operations, i));
  mainstay_transfer_registry_flush_async (registry, NULL, ended_cb, &flushed);
  wait_for_result (&flushed);
  mainstay_transfer_registry_flush_finish (registry, flushed, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fake-transfer.h"

#include "mainstay-error.h"
#include "mainstay-json.h"
#include "mainstay-transfer-record.h"

struct _FakeTransfer
{
  MainstayOperation parent_instance;

  char *name;
  char *place;      /* (nullable) */
  GTask *run;       /* (nullable) */
  GTask *discard;   /* (nullable) */
  GTask *settle;    /* (nullable) */
  GSource *cancelled;
  unsigned int runs;
  unsigned int discards;
  gboolean slow;
};

static unsigned int all_settles;

G_DEFINE_FINAL_TYPE (FakeTransfer, fake_transfer, MAINSTAY_TYPE_OPERATION)

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  if (!FAKE_TRANSFER (user_data)->slow)
    fake_transfer_stop (user_data);
  return G_SOURCE_REMOVE;
}

static void
forget_cancelled (FakeTransfer *self)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static void
fake_transfer_run_async (MainstayOperation   *operation,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);

  /* Never two at once, and never while something is discarded. */
  g_assert_null (self->run);
  g_assert_null (self->discard);
  self->runs++;
  self->run = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (self->run, FALSE);
  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
  g_source_attach (self->cancelled, NULL);
}

static gboolean
fake_transfer_run_finish (MainstayOperation  *operation,
                          GAsyncResult       *result,
                          GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_transfer_discard_async (MainstayOperation   *operation,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);

  g_assert_null (self->run);
  g_assert_null (self->discard);
  self->discards++;
  self->discard = g_task_new (self, NULL, callback, user_data);
  if (!self->slow)
    fake_transfer_end_discard (operation, NULL);
}

static gboolean
fake_transfer_discard_finish (MainstayOperation  *operation,
                              GAsyncResult       *result,
                              GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_transfer_settle_async (MainstayOperation   *operation,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);

  g_assert_null (self->run);
  g_assert_null (self->settle);
  all_settles++;
  self->settle = g_task_new (self, NULL, callback, user_data);
  if (!self->slow)
    fake_transfer_end_settle (operation);
}

static JsonObject *
fake_transfer_describe (MainstayOperation *operation)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);
  JsonObject *record = mainstay_transfer_record_new (operation);

  json_object_set_string_member (record, "name", self->name);
  if (self->place != NULL)
    json_object_set_string_member (record, "place", self->place);
  return record;
}

static void
fake_transfer_finalize (GObject *object)
{
  FakeTransfer *self = FAKE_TRANSFER (object);

  forget_cancelled (self);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->place, g_free);
  g_assert_null (self->run);
  g_assert_null (self->discard);
  g_assert_null (self->settle);

  G_OBJECT_CLASS (fake_transfer_parent_class)->finalize (object);
}

static void
fake_transfer_class_init (FakeTransferClass *klass)
{
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_transfer_finalize;
  operation_class->kind = MAINSTAY_OPERATION_DOWNLOAD;
  operation_class->resumable = TRUE;
  operation_class->run_async = fake_transfer_run_async;
  operation_class->run_finish = fake_transfer_run_finish;
  operation_class->discard_async = fake_transfer_discard_async;
  operation_class->discard_finish = fake_transfer_discard_finish;
  operation_class->settle_async = fake_transfer_settle_async;
  operation_class->describe = fake_transfer_describe;
}

static void
fake_transfer_init (FakeTransfer *self)
{
}

MainstayOperation *
fake_transfer_new (const char *name)
{
  g_autoptr(JsonNode) app_node =
    mainstay_json_parse ("{\"AppId\": \"shop\", \"ProjectId\": \"project-1\"}", -1, NULL);
  g_autoptr(JsonNode) environment_node =
    mainstay_json_parse ("{\"EnvironmentId\": \"environment-1\", \"Mode\": \"Test\"}", -1, NULL);
  g_autoptr(MainstayApp) app =
    mainstay_app_new_from_json (json_node_get_object (app_node), NULL);
  g_autoptr(MainstayEnvironment) environment =
    mainstay_environment_new_from_json (json_node_get_object (environment_node), NULL);
  FakeTransfer *self =
    g_object_new (FAKE_TYPE_TRANSFER, "app", app, "environment", environment, NULL);

  self->name = g_strdup (name);
  return MAINSTAY_OPERATION (self);
}

MainstayOperation *
fake_transfer_new_from_record (JsonObject  *record,
                               GError     **error)
{
  MainstayOperation *operation =
    mainstay_transfer_record_make (record, FAKE_TYPE_TRANSFER, error);

  if (operation == NULL)
    return NULL;
  FAKE_TRANSFER (operation)->name = g_strdup (mainstay_json_get_string (record, "name"));
  FAKE_TRANSFER (operation)->place = g_strdup (mainstay_json_get_string (record, "place"));
  return operation;
}

void
fake_transfer_set_slow (MainstayOperation *operation)
{
  FAKE_TRANSFER (operation)->slow = TRUE;
}

void
fake_transfer_end (MainstayOperation *operation,
                   GError            *error)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);
  g_autoptr(GTask) task = g_steal_pointer (&self->run);

  g_assert_nonnull (task);
  forget_cancelled (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
fake_transfer_stop (MainstayOperation *operation)
{
  g_assert_true (g_cancellable_is_cancelled (
    g_task_get_cancellable (FAKE_TRANSFER (operation)->run)));
  fake_transfer_end (operation, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped"));
}

void
fake_transfer_end_discard (MainstayOperation *operation,
                           GError            *error)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);
  g_autoptr(GTask) task = g_steal_pointer (&self->discard);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
fake_transfer_end_settle (MainstayOperation *operation)
{
  g_autoptr(GTask) task = g_steal_pointer (&FAKE_TRANSFER (operation)->settle);

  g_assert_nonnull (task);
  g_task_return_boolean (task, TRUE);
}

unsigned int
fake_transfer_get_all_settles (void)
{
  return all_settles;
}

void
fake_transfer_set_place (MainstayOperation *operation,
                         const char        *place)
{
  FakeTransfer *self = FAKE_TRANSFER (operation);

  g_clear_pointer (&self->place, g_free);
  self->place = g_strdup (place);
  mainstay_operation_record_changed (operation);
}

const char *
fake_transfer_get_name (MainstayOperation *operation)
{
  return FAKE_TRANSFER (operation)->name;
}

const char *
fake_transfer_get_place (MainstayOperation *operation)
{
  return FAKE_TRANSFER (operation)->place;
}

unsigned int
fake_transfer_get_runs (MainstayOperation *operation)
{
  return FAKE_TRANSFER (operation)->runs;
}

unsigned int
fake_transfer_get_discards (MainstayOperation *operation)
{
  return FAKE_TRANSFER (operation)->discards;
}

void
wait_for_state (MainstayOperation      *operation,
                MainstayOperationState  state)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (mainstay_operation_get_state (operation) != state)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "fake-operation.h"

struct _FakeOperation
{
  MainstayOperation parent_instance;

  GTask *task;
  GSource *cancelled;
};

G_DEFINE_FINAL_TYPE (FakeOperation, fake_operation, MAINSTAY_TYPE_OPERATION)

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  FakeOperation *self = user_data;
  g_autoptr(GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
fake_operation_run_async (MainstayOperation   *operation,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  FakeOperation *self = FAKE_OPERATION (operation);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (self->task, FALSE);
  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
  g_source_attach (self->cancelled, NULL);
}

static gboolean
fake_operation_run_finish (MainstayOperation  *operation,
                           GAsyncResult       *result,
                           GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_operation_finalize (GObject *object)
{
  FakeOperation *self = FAKE_OPERATION (object);

  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  g_assert_null (self->task);

  G_OBJECT_CLASS (fake_operation_parent_class)->finalize (object);
}

static void
fake_operation_class_init (FakeOperationClass *klass)
{
  MainstayOperationClass *operation_class = MAINSTAY_OPERATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_operation_finalize;
  operation_class->kind = MAINSTAY_OPERATION_CREATE;
  operation_class->run_async = fake_operation_run_async;
  operation_class->run_finish = fake_operation_run_finish;
}

static void
fake_operation_init (FakeOperation *self)
{
}

MainstayOperation *
fake_operation_new (void)
{
  return g_object_new (FAKE_TYPE_OPERATION, NULL);
}

void
fake_operation_end (MainstayOperation *operation,
                    GError            *error)
{
  FakeOperation *self = FAKE_OPERATION (operation);
  g_autoptr(GTask) task = g_steal_pointer (&self->task);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
fake_operation_runs (MainstayOperation *operation)
{
  return FAKE_OPERATION (operation)->task != NULL;
}

void
wait_for_end (MainstayOperation *operation)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!mainstay_operation_has_ended (operation))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
passed_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
wait_milliseconds (unsigned int milliseconds)
{
  gboolean passed = FALSE;

  g_timeout_add (milliseconds, passed_cb, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

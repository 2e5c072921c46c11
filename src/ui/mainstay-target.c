/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-target.h"

#include "mainstay-error.h"
#include "mainstay-message.h"

struct _MainstayTarget
{
  GObject parent_instance;

  /* owned */
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayOperationList *operations;
  MainstayPackage *package;
  GCancellable *cancellable; /* of the questions */
  char *ask_failure;
  char *stop_failure;

  unsigned int asking; /* answers still to come */
  guint with_package : 1;
  guint ask_again : 1;  /* the answer to come may be older than what happened since */
  guint stopping : 1;
  guint stop_ended : 1; /* but the portal has not been asked since */
};

G_DEFINE_FINAL_TYPE (MainstayTarget, mainstay_target, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
emit_changed (MainstayTarget *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
take_failure (char         **failure,
              const GError  *error)
{
  g_clear_pointer (failure, g_free);
  if (error != NULL)
    *failure = mainstay_message_dup_line (error);
}

static void
answer_came (MainstayTarget *self)
{
  self->asking--;
  if (self->asking == 0 && self->ask_again)
    {
      self->ask_again = FALSE;
      mainstay_target_ask (self);
      return;
    }
  if (self->asking == 0 && self->stop_ended)
    self->stopping = self->stop_ended = FALSE;
  emit_changed (self);
}

static void
environment_asked_cb (GObject      *object,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr(MainstayTarget) self = MAINSTAY_TARGET (user_data);
  g_autoptr(MainstayEnvironment) newer = NULL;
  g_autoptr(GError) error = NULL;

  newer = mainstay_client_get_environment_finish (MAINSTAY_CLIENT (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  take_failure (&self->ask_failure, error);
  if (newer != NULL)
    mainstay_environment_update (self->environment, newer);
  answer_came (self);
}

/* That there is no package, or that it may not be seen, is no reason to refuse anything. */
static void
package_asked_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(MainstayTarget) self = MAINSTAY_TARGET (user_data);
  g_autoptr(GError) error = NULL;
  MainstayPackage *package =
    mainstay_client_get_package_finish (MAINSTAY_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (package == NULL)
    g_debug ("No package: %s", error->message);
  g_clear_pointer (&self->package, mainstay_package_free);
  self->package = package;
  answer_came (self);
}

static void
app_stopped_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(MainstayTarget) self = MAINSTAY_TARGET (user_data);
  g_autoptr(GError) error = NULL;

  mainstay_client_stop_environment_finish (MAINSTAY_CLIENT (object), result, &error);
  take_failure (&self->stop_failure, error);
  self->stop_ended = TRUE;
  self->ask_again = self->asking > 0;
  mainstay_target_ask (self);
}

static void
operations_changed_cb (MainstayTarget *self)
{
  emit_changed (self);
}

static void
environment_changed_cb (MainstayTarget *self)
{
  emit_changed (self);
}

static void
mainstay_target_dispose (GObject *object)
{
  MainstayTarget *self = MAINSTAY_TARGET (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->operations);
  g_clear_object (&self->environment);
  g_clear_object (&self->app);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (mainstay_target_parent_class)->dispose (object);
}

static void
mainstay_target_finalize (GObject *object)
{
  MainstayTarget *self = MAINSTAY_TARGET (object);

  g_clear_pointer (&self->package, mainstay_package_free);
  g_clear_pointer (&self->ask_failure, g_free);
  g_clear_pointer (&self->stop_failure, g_free);

  G_OBJECT_CLASS (mainstay_target_parent_class)->finalize (object);
}

static void
mainstay_target_class_init (MainstayTargetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mainstay_target_dispose;
  object_class->finalize = mainstay_target_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", MAINSTAY_TYPE_TARGET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
mainstay_target_init (MainstayTarget *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * mainstay_target_new:
 * @client: the portal
 * @app: the app
 * @environment: one of its environments
 * @operations: what this program is doing
 * @with_package: whether to ask for the deployed package as well
 *
 * Returns: (transfer full): a target; nothing is asked before mainstay_target_ask()
 */
MainstayTarget *
mainstay_target_new (MainstayClient        *client,
                     MainstayApp           *app,
                     MainstayEnvironment   *environment,
                     MainstayOperationList *operations,
                     gboolean               with_package)
{
  MainstayTarget *self = g_object_new (MAINSTAY_TYPE_TARGET, NULL);

  self->client = g_object_ref (client);
  self->app = g_object_ref (app);
  self->environment = g_object_ref (environment);
  self->operations = g_object_ref (operations);
  self->with_package = with_package;
  g_signal_connect_object (environment, "notify", G_CALLBACK (environment_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (operations, "notify::active-count",
                           G_CALLBACK (operations_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/** mainstay_target_get_environment: Returns: (transfer none): the environment */
MainstayEnvironment *
mainstay_target_get_environment (MainstayTarget *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), NULL);

  return self->environment;
}

/** mainstay_target_get_package: Returns: (nullable): what is deployed, where the portal tells */
const MainstayPackage *
mainstay_target_get_package (MainstayTarget *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), NULL);

  return self->package;
}

/** mainstay_target_is_asking: Returns: whether the portal has yet to answer */
gboolean
mainstay_target_is_asking (MainstayTarget *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), FALSE);

  return self->asking > 0;
}

/** mainstay_target_is_stopping: Returns: whether its app is being stopped */
gboolean
mainstay_target_is_stopping (MainstayTarget *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), FALSE);

  return self->stopping;
}

/* By the id: a transfer that is left over from before has objects of its own. */
static gboolean
works_on (MainstayOperation   *operation,
          MainstayEnvironment *environment)
{
  return mainstay_operation_get_kind (operation) != MAINSTAY_OPERATION_DOWNLOAD &&
         g_strcmp0 (mainstay_environment_get_id (mainstay_operation_get_environment (operation)),
                    mainstay_environment_get_id (environment)) == 0;
}

/**
 * mainstay_target_is_busy:
 * @self: a target
 *
 * Returns: whether this program already works on the environment itself; a download does not
 */
gboolean
mainstay_target_is_busy (MainstayTarget *self)
{
  GListModel *model;

  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), FALSE);

  model = G_LIST_MODEL (self->operations);
  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      if (mainstay_operation_is_active (operation) && works_on (operation, self->environment))
        return TRUE;
    }
  return FALSE;
}

/** mainstay_target_get_ask_failure: Returns: (nullable): why the portal did not tell, in words */
const char *
mainstay_target_get_ask_failure (MainstayTarget *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), NULL);

  return self->ask_failure;
}

/** mainstay_target_get_stop_failure: Returns: (nullable): why the app was not stopped, in words */
const char *
mainstay_target_get_stop_failure (MainstayTarget *self)
{
  g_return_val_if_fail (MAINSTAY_IS_TARGET (self), NULL);

  return self->stop_failure;
}

/** mainstay_target_ask: Asks the portal about the environment and its package; joins a question
 * that is still open. */
void
mainstay_target_ask (MainstayTarget *self)
{
  const char *mode;

  g_return_if_fail (MAINSTAY_IS_TARGET (self));

  if (self->asking > 0)
    return;
  mode = mainstay_environment_get_mode (self->environment);
  self->asking = self->with_package ? 2 : 1;
  mainstay_client_get_environment_async (self->client, self->app, mode, self->cancellable,
                                         environment_asked_cb, g_object_ref (self));
  if (self->with_package)
    mainstay_client_get_package_async (self->client, self->app, mode, self->cancellable,
                                       package_asked_cb, g_object_ref (self));
  emit_changed (self);
}

/** mainstay_target_stop: Stops the app and waits for it. Goes on when the last reference of
 * others is gone, for the portal stops it all the same and the screen must learn of it. */
void
mainstay_target_stop (MainstayTarget *self)
{
  g_return_if_fail (MAINSTAY_IS_TARGET (self));

  if (self->stopping)
    return;
  self->stopping = TRUE;
  g_clear_pointer (&self->stop_failure, g_free);
  mainstay_client_stop_environment_async (self->client, self->app,
                                          mainstay_environment_get_mode (self->environment),
                                          NULL, app_stopped_cb, g_object_ref (self));
  emit_changed (self);
}

/** mainstay_target_abandon: Nobody waits for the answers any more. A stop that was asked for is
 * still seen to its end, with what the portal says after it. */
void
mainstay_target_abandon (MainstayTarget *self)
{
  g_return_if_fail (MAINSTAY_IS_TARGET (self));

  if (!self->stopping)
    g_cancellable_cancel (self->cancellable);
}

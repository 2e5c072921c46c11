/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-private.h"

#include "mainstay-time.h"
#include "mainstay-transfer-estimator.h"

#define NOTIFY_INTERVAL 100 /* milliseconds */
/* Only the end is the end: a bar that is full and then fails would have lied. */
#define HIGHEST_PROGRESS 0.99

typedef struct
{
  MainstayClient *client;
  MainstayApp *app;
  MainstayEnvironment *environment;
  MainstayBackup *backup; /* (nullable) */
  GCancellable *cancellable;
  MainstayTransferEstimator *estimator;
  GError *error;          /* (nullable) */

  double progress;        /* 0 to 1, negative when unknown */
  double speed;           /* bytes a second, 0 when unknown */
  gint64 bytes_done;      /* -1 when unknown */
  gint64 bytes_total;     /* -1 when unknown */
  gint64 started_at;      /* milliseconds since 1970, 0 before */
  gint64 finished_at;     /* milliseconds since 1970, 0 before */
  int seconds_left;       /* -1 when unknown */
  unsigned int tick_id;
  unsigned int dirty;     /* a bit for each property to be notified of */
  MainstayOperationState state;
  MainstayOperationStep step;
  unsigned int passed_no_return : 1;
} MainstayOperationPrivate;

typedef enum {
  PROP_KIND = 1,
  PROP_STATE,
  PROP_STEP,
  PROP_PROGRESS,
  PROP_BYTES_DONE,
  PROP_BYTES_TOTAL,
  PROP_SPEED,
  PROP_SECONDS_LEFT,
  PROP_ERROR,
  PROP_STARTED_AT,
  PROP_FINISHED_AT,
  PROP_CAN_CANCEL,
  PROP_CLIENT,
  PROP_APP,
  PROP_ENVIRONMENT,
  PROP_BACKUP
} MainstayOperationProperty;

static GParamSpec *properties[PROP_BACKUP + 1];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MainstayOperation, mainstay_operation, G_TYPE_OBJECT)

#define N_STATES (MAINSTAY_OPERATION_CANCELLED + 1)

static const gboolean legal[N_STATES][N_STATES] = {
  [MAINSTAY_OPERATION_QUEUED] = {
    [MAINSTAY_OPERATION_RUNNING] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
  [MAINSTAY_OPERATION_RUNNING] = {
    [MAINSTAY_OPERATION_DONE] = TRUE,
    [MAINSTAY_OPERATION_FAILED] = TRUE,
    [MAINSTAY_OPERATION_CANCELLED] = TRUE,
  },
};

static MainstayOperationPrivate *
get_private (MainstayOperation *self)
{
  return mainstay_operation_get_instance_private (self);
}

static void
flush (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = get_private (self);
  unsigned int dirty = priv->dirty;

  priv->dirty = 0;
  g_object_freeze_notify (G_OBJECT (self));
  for (unsigned int i = 1; i < G_N_ELEMENTS (properties); i++)
    if (dirty & (1u << i))
      g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
flush_at_once (MainstayOperation         *self,
               MainstayOperationProperty  property)
{
  get_private (self)->dirty |= 1u << property;
  flush (self);
}

static gboolean tick_cb (gpointer user_data);

/* Marks what changed; one source notifies of all of it. */
static void
mark (MainstayOperation         *self,
      MainstayOperationProperty  property)
{
  MainstayOperationPrivate *priv = get_private (self);

  priv->dirty |= 1u << property;
  if (priv->tick_id == 0)
    priv->tick_id = g_timeout_add (NOTIFY_INTERVAL, tick_cb, self);
}

static void
set_speed (MainstayOperation *self,
           double             speed,
           int                seconds_left)
{
  MainstayOperationPrivate *priv = get_private (self);

  if (priv->speed != speed)
    {
      priv->speed = speed;
      mark (self, PROP_SPEED);
    }
  if (priv->seconds_left != seconds_left)
    {
      priv->seconds_left = seconds_left;
      mark (self, PROP_SECONDS_LEFT);
    }
}

static gboolean
is_transferring (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = get_private (self);

  return priv->state == MAINSTAY_OPERATION_RUNNING && priv->step == MAINSTAY_STEP_TRANSFERRING;
}

static gboolean
tick_cb (gpointer user_data)
{
  MainstayOperation *self = user_data;
  MainstayOperationPrivate *priv = get_private (self);
  gboolean transferring = is_transferring (self);

  /* Also when nothing arrived: a line that stands still has to become slow on screen. */
  if (transferring && priv->bytes_done >= 0)
    {
      mainstay_transfer_estimator_add (priv->estimator, g_get_monotonic_time (), priv->bytes_done);
      set_speed (self, mainstay_transfer_estimator_get_speed (priv->estimator),
                 mainstay_transfer_estimator_get_seconds_left (priv->estimator,
                                                               priv->bytes_total));
    }
  if (!transferring)
    priv->tick_id = 0;
  g_object_ref (self);
  flush (self);
  g_object_unref (self);
  return transferring;
}

static void
set_state (MainstayOperation      *self,
           MainstayOperationState  state)
{
  MainstayOperationPrivate *priv = get_private (self);

  g_assert (mainstay_operation_state_may_follow (priv->state, state));

  priv->state = state;
  if (!mainstay_operation_is_active (self))
    g_clear_handle_id (&priv->tick_id, g_source_remove);
  priv->dirty |= 1u << PROP_CAN_CANCEL;
  flush_at_once (self, PROP_STATE);
}

static void
set_ended (MainstayOperation      *self,
           MainstayOperationState  state,
           GError                 *error)
{
  MainstayOperationPrivate *priv = get_private (self);

  mainstay_operation_set_step (self, MAINSTAY_STEP_NONE);
  if (state == MAINSTAY_OPERATION_DONE)
    {
      priv->progress = 1;
      mark (self, PROP_PROGRESS);
    }
  if (error != NULL)
    {
      priv->error = error;
      mark (self, PROP_ERROR);
    }
  priv->finished_at = mainstay_time_now ();
  mark (self, PROP_FINISHED_AT);
  set_state (self, state);
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(MainstayOperation) self = MAINSTAY_OPERATION (user_data);
  MainstayOperationPrivate *priv = get_private (self);
  g_autoptr(GError) error = NULL;

  g_assert (object == user_data);

  if (MAINSTAY_OPERATION_GET_CLASS (self)->run_finish (self, result, &error))
    set_ended (self, MAINSTAY_OPERATION_DONE, NULL);
  else if (g_cancellable_is_cancelled (priv->cancellable))
    set_ended (self, MAINSTAY_OPERATION_CANCELLED, NULL);
  else
    set_ended (self, MAINSTAY_OPERATION_FAILED, g_steal_pointer (&error));
}

static void
mainstay_operation_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  MainstayOperation *self = MAINSTAY_OPERATION (object);
  MainstayOperationPrivate *priv = get_private (self);

  switch ((MainstayOperationProperty) prop_id)
    {
    case PROP_KIND:
      g_value_set_int (value, mainstay_operation_get_kind (self));
      break;
    case PROP_STATE:
      g_value_set_int (value, priv->state);
      break;
    case PROP_STEP:
      g_value_set_int (value, priv->step);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, priv->progress);
      break;
    case PROP_BYTES_DONE:
      g_value_set_int64 (value, priv->bytes_done);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_int64 (value, priv->bytes_total);
      break;
    case PROP_SPEED:
      g_value_set_double (value, priv->speed);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_int (value, priv->seconds_left);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, priv->error);
      break;
    case PROP_STARTED_AT:
      g_value_set_int64 (value, priv->started_at);
      break;
    case PROP_FINISHED_AT:
      g_value_set_int64 (value, priv->finished_at);
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, mainstay_operation_can_cancel (self));
      break;
    case PROP_CLIENT:
      g_value_set_object (value, priv->client);
      break;
    case PROP_APP:
      g_value_set_object (value, priv->app);
      break;
    case PROP_ENVIRONMENT:
      g_value_set_object (value, priv->environment);
      break;
    case PROP_BACKUP:
      g_value_set_object (value, priv->backup);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_operation_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  MainstayOperationPrivate *priv = get_private (MAINSTAY_OPERATION (object));

  switch ((MainstayOperationProperty) prop_id)
    {
    case PROP_CLIENT:
      priv->client = g_value_dup_object (value);
      break;
    case PROP_APP:
      priv->app = g_value_dup_object (value);
      break;
    case PROP_ENVIRONMENT:
      priv->environment = g_value_dup_object (value);
      break;
    case PROP_BACKUP:
      priv->backup = g_value_dup_object (value);
      break;
    case PROP_KIND:
    case PROP_STATE:
    case PROP_STEP:
    case PROP_PROGRESS:
    case PROP_BYTES_DONE:
    case PROP_BYTES_TOTAL:
    case PROP_SPEED:
    case PROP_SECONDS_LEFT:
    case PROP_ERROR:
    case PROP_STARTED_AT:
    case PROP_FINISHED_AT:
    case PROP_CAN_CANCEL:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_operation_finalize (GObject *object)
{
  MainstayOperationPrivate *priv = get_private (MAINSTAY_OPERATION (object));

  g_clear_handle_id (&priv->tick_id, g_source_remove);
  g_clear_object (&priv->client);
  g_clear_object (&priv->app);
  g_clear_object (&priv->environment);
  g_clear_object (&priv->backup);
  g_clear_object (&priv->cancellable);
  g_clear_error (&priv->error);
  g_clear_pointer (&priv->estimator, mainstay_transfer_estimator_free);

  G_OBJECT_CLASS (mainstay_operation_parent_class)->finalize (object);
}

#define READ_FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static GParamSpec *
object_property (const char *name,
                 GType       type)
{
  return g_param_spec_object (name, NULL, NULL, type,
                              READ_FLAGS | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);
}

static GParamSpec *
bytes_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, -1, G_MAXINT64, -1, READ_FLAGS);
}

static GParamSpec *
time_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, 0, G_MAXINT64, 0, READ_FLAGS);
}

static void
mainstay_operation_class_init (MainstayOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mainstay_operation_finalize;
  object_class->get_property = mainstay_operation_get_property;
  object_class->set_property = mainstay_operation_set_property;

  properties[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, 0, MAINSTAY_OPERATION_DOWNLOAD, 0,
                                            READ_FLAGS);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, MAINSTAY_OPERATION_CANCELLED,
                                             0, READ_FLAGS);
  properties[PROP_STEP] = g_param_spec_int ("step", NULL, NULL, 0, MAINSTAY_STEP_LOADING, 0,
                                            READ_FLAGS);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, READ_FLAGS);
  properties[PROP_BYTES_DONE] = bytes_property ("bytes-done");
  properties[PROP_BYTES_TOTAL] = bytes_property ("bytes-total");
  properties[PROP_SPEED] = g_param_spec_double ("speed", NULL, NULL, 0, G_MAXDOUBLE, 0,
                                                READ_FLAGS);
  properties[PROP_SECONDS_LEFT] = g_param_spec_int ("seconds-left", NULL, NULL, -1, G_MAXINT, -1,
                                                    READ_FLAGS);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, READ_FLAGS);
  properties[PROP_STARTED_AT] = time_property ("started-at");
  properties[PROP_FINISHED_AT] = time_property ("finished-at");
  properties[PROP_CAN_CANCEL] = g_param_spec_boolean ("can-cancel", NULL, NULL, TRUE, READ_FLAGS);
  properties[PROP_CLIENT] = object_property ("client", MAINSTAY_TYPE_CLIENT);
  properties[PROP_APP] = object_property ("app", MAINSTAY_TYPE_APP);
  properties[PROP_ENVIRONMENT] = object_property ("environment", MAINSTAY_TYPE_ENVIRONMENT);
  properties[PROP_BACKUP] = object_property ("backup", MAINSTAY_TYPE_BACKUP);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_operation_init (MainstayOperation *self)
{
  MainstayOperationPrivate *priv = get_private (self);

  priv->cancellable = g_cancellable_new ();
  priv->estimator = mainstay_transfer_estimator_new ();
  priv->progress = -1;
  priv->bytes_done = -1;
  priv->bytes_total = -1;
  priv->seconds_left = -1;
}

/**
 * mainstay_operation_state_may_follow:
 * @from: the state before
 * @to: the state after
 *
 * Returns: whether an operation may go from @from to @to
 */
gboolean
mainstay_operation_state_may_follow (MainstayOperationState from,
                                     MainstayOperationState to)
{
  g_return_val_if_fail (from < N_STATES && to < N_STATES, FALSE);

  return legal[from][to];
}

/**
 * mainstay_operation_set_step:
 * @self: a running operation
 * @step: what it does now
 */
void
mainstay_operation_set_step (MainstayOperation     *self,
                             MainstayOperationStep  step)
{
  MainstayOperationPrivate *priv = get_private (self);

  if (priv->step == step)
    return;
  priv->step = step;
  mark (self, PROP_STEP);
  if (step == MAINSTAY_STEP_NONE)
    {
      set_speed (self, 0, -1);
      return;
    }
  mainstay_operation_set_progress (self, -1);
  mainstay_transfer_estimator_reset (priv->estimator);
  set_speed (self, 0, -1);
}

/**
 * mainstay_operation_set_progress:
 * @self: a running operation
 * @progress: of its step, 0 to 1, negative when unknown
 */
void
mainstay_operation_set_progress (MainstayOperation *self,
                                 double             progress)
{
  MainstayOperationPrivate *priv = get_private (self);

  progress = progress < 0 ? -1 : MIN (progress, HIGHEST_PROGRESS);
  if (priv->progress == progress)
    return;
  priv->progress = progress;
  mark (self, PROP_PROGRESS);
}

/**
 * mainstay_operation_set_bytes:
 * @self: a running operation
 * @done: bytes transferred
 * @total: all bytes, -1 when unknown
 */
void
mainstay_operation_set_bytes (MainstayOperation *self,
                              gint64             done,
                              gint64             total)
{
  MainstayOperationPrivate *priv = get_private (self);

  if (priv->bytes_done != done)
    {
      priv->bytes_done = done;
      mark (self, PROP_BYTES_DONE);
    }
  if (priv->bytes_total != total)
    {
      priv->bytes_total = total;
      mark (self, PROP_BYTES_TOTAL);
    }
  mainstay_operation_set_progress (self, total > 0 ? (double) done / (double) total : -1);
}

/**
 * mainstay_operation_pass_no_return:
 * @self: a running operation
 */
void
mainstay_operation_pass_no_return (MainstayOperation *self)
{
  get_private (self)->passed_no_return = TRUE;
  flush_at_once (self, PROP_CAN_CANCEL);
}

/**
 * mainstay_operation_set_backup:
 * @self: a running operation
 * @backup: the backup that it made
 */
void
mainstay_operation_set_backup (MainstayOperation *self,
                               MainstayBackup    *backup)
{
  if (g_set_object (&get_private (self)->backup, backup))
    mark (self, PROP_BACKUP);
}

/**
 * mainstay_operation_start:
 * @self: an operation that has not been started
 *
 * Does nothing when it was cancelled before.
 */
void
mainstay_operation_start (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_if_fail (MAINSTAY_IS_OPERATION (self));
  priv = get_private (self);
  if (priv->state == MAINSTAY_OPERATION_CANCELLED)
    return;
  g_return_if_fail (priv->state == MAINSTAY_OPERATION_QUEUED);

  priv->started_at = mainstay_time_now ();
  mark (self, PROP_STARTED_AT);
  g_object_ref (self);
  set_state (self, MAINSTAY_OPERATION_RUNNING);
  MAINSTAY_OPERATION_GET_CLASS (self)->run_async (self, priv->cancellable, ran_cb, self);
}

/**
 * mainstay_operation_cancel:
 * @self: an operation
 *
 * Ends in %MAINSTAY_OPERATION_CANCELLED a little later. Does nothing where
 * mainstay_operation_can_cancel() is %FALSE.
 */
void
mainstay_operation_cancel (MainstayOperation *self)
{
  MainstayOperationPrivate *priv;

  g_return_if_fail (MAINSTAY_IS_OPERATION (self));
  if (!mainstay_operation_can_cancel (self))
    return;
  priv = get_private (self);
  g_cancellable_cancel (priv->cancellable);
  if (priv->state == MAINSTAY_OPERATION_QUEUED)
    set_ended (self, MAINSTAY_OPERATION_CANCELLED, NULL);
}

/** mainstay_operation_can_cancel: Returns: whether cancelling leaves everything as it was */
gboolean
mainstay_operation_can_cancel (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), FALSE);

  return mainstay_operation_is_active (self) && !get_private (self)->passed_no_return;
}

/** mainstay_operation_is_active: Returns: whether it has not ended */
gboolean
mainstay_operation_is_active (MainstayOperation *self)
{
  MainstayOperationState state = mainstay_operation_get_state (self);

  return state == MAINSTAY_OPERATION_QUEUED || state == MAINSTAY_OPERATION_RUNNING;
}

/** mainstay_operation_get_kind: Returns: what it does */
MainstayOperationKind
mainstay_operation_get_kind (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), MAINSTAY_OPERATION_CREATE);

  return MAINSTAY_OPERATION_GET_CLASS (self)->kind;
}

/** mainstay_operation_get_state: Returns: how far it is */
MainstayOperationState
mainstay_operation_get_state (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), MAINSTAY_OPERATION_FAILED);

  return get_private (self)->state;
}

/** mainstay_operation_get_step: Returns: what it does now */
MainstayOperationStep
mainstay_operation_get_step (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), MAINSTAY_STEP_NONE);

  return get_private (self)->step;
}

/** mainstay_operation_get_progress: Returns: of its step, 0 to 1; negative when unknown */
double
mainstay_operation_get_progress (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return get_private (self)->progress;
}

/** mainstay_operation_get_bytes_done: Returns: bytes, -1 when unknown */
gint64
mainstay_operation_get_bytes_done (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return get_private (self)->bytes_done;
}

/** mainstay_operation_get_bytes_total: Returns: bytes, -1 when unknown */
gint64
mainstay_operation_get_bytes_total (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return get_private (self)->bytes_total;
}

/** mainstay_operation_get_speed: Returns: bytes a second, 0 when unknown */
double
mainstay_operation_get_speed (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return get_private (self)->speed;
}

/** mainstay_operation_get_seconds_left: Returns: seconds, -1 when unknown */
int
mainstay_operation_get_seconds_left (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), -1);

  return get_private (self)->seconds_left;
}

/** mainstay_operation_get_started_at: Returns: milliseconds since 1970, 0 before */
gint64
mainstay_operation_get_started_at (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return get_private (self)->started_at;
}

/** mainstay_operation_get_finished_at: Returns: milliseconds since 1970, 0 before */
gint64
mainstay_operation_get_finished_at (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), 0);

  return get_private (self)->finished_at;
}

/** mainstay_operation_get_error: Returns: (nullable): why it failed */
const GError *
mainstay_operation_get_error (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return get_private (self)->error;
}

/** mainstay_operation_get_client: Returns: (transfer none): what it speaks to the portal with */
MainstayClient *
mainstay_operation_get_client (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return get_private (self)->client;
}

/** mainstay_operation_get_app: Returns: (transfer none): the app worked on */
MainstayApp *
mainstay_operation_get_app (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return get_private (self)->app;
}

/** mainstay_operation_get_environment: Returns: (transfer none): the environment worked on */
MainstayEnvironment *
mainstay_operation_get_environment (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return get_private (self)->environment;
}

/** mainstay_operation_get_backup: Returns: (transfer none) (nullable): the backup worked on */
MainstayBackup *
mainstay_operation_get_backup (MainstayOperation *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION (self), NULL);

  return get_private (self)->backup;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-list.h"

#include "mainstay-operation-private.h"
#include "mainstay-operation-total.h"

#define DEFAULT_RUNNING 3

struct _MainstayOperationList
{
  GObject parent_instance;

  GPtrArray *operations; /* (element-type MainstayOperation), newest first */
  double progress;       /* 0 to 1, negative when unknown */
  unsigned int max_running;
  unsigned int active_count;
  unsigned int has_running : 1;
  unsigned int can_clear : 1;
  unsigned int starting : 1;
  unsigned int held : 1; /* starts nothing any more */
};

typedef enum {
  PROP_MAX_RUNNING = 1,
  PROP_ACTIVE_COUNT,
  PROP_HAS_RUNNING,
  PROP_CAN_CLEAR,
  PROP_PROGRESS
} MainstayOperationListProperty;

static GParamSpec *properties[PROP_PROGRESS + 1];

enum {
  SIGNAL_FINISHED,
  N_SIGNALS
};

static unsigned int signals[N_SIGNALS];

static void mainstay_operation_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MainstayOperationList, mainstay_operation_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      mainstay_operation_list_model_init))

static GType
mainstay_operation_list_get_item_type (GListModel *model)
{
  return MAINSTAY_TYPE_OPERATION;
}

static unsigned int
mainstay_operation_list_get_n_items (GListModel *model)
{
  return MAINSTAY_OPERATION_LIST (model)->operations->len;
}

static gpointer
mainstay_operation_list_get_item (GListModel   *model,
                                  unsigned int  position)
{
  MainstayOperationList *self = MAINSTAY_OPERATION_LIST (model);

  if (position >= self->operations->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->operations, position));
}

static void
mainstay_operation_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = mainstay_operation_list_get_item_type;
  iface->get_n_items = mainstay_operation_list_get_n_items;
  iface->get_item = mainstay_operation_list_get_item;
}

/* What can be retried has something on the disk that must not be forgotten. */
static gboolean
is_over (MainstayOperation *operation)
{
  MainstayOperationState state = mainstay_operation_get_state (operation);

  return mainstay_operation_has_ended (operation) &&
         !(state == MAINSTAY_OPERATION_FAILED && mainstay_operation_is_resumable (operation));
}

static void
set_flags (MainstayOperationList *self,
           gboolean               has_running,
           gboolean               can_clear)
{
  if (self->has_running != has_running)
    {
      self->has_running = has_running;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_RUNNING]);
    }
  if (self->can_clear != can_clear)
    {
      self->can_clear = can_clear;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CLEAR]);
    }
}

static void
update (MainstayOperationList *self)
{
  double progress = mainstay_operation_total_progress (self->operations);
  unsigned int active = 0;
  gboolean running = FALSE;
  gboolean over = FALSE;

  for (unsigned int i = 0; i < self->operations->len; i++)
    {
      MainstayOperation *operation = g_ptr_array_index (self->operations, i);

      active += mainstay_operation_is_active (operation) ? 1 : 0;
      running = running || mainstay_operation_is_running (operation);
      over = over || is_over (operation);
    }
  g_object_freeze_notify (G_OBJECT (self));
  set_flags (self, running, over);
  if (self->active_count != active)
    {
      self->active_count = active;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_COUNT]);
    }
  if (self->progress != progress)
    {
      self->progress = progress;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* Returns: (transfer none) (nullable): the oldest of those that wait and whose turn it is */
static MainstayOperation *
find_next (MainstayOperationList *self)
{
  MainstayOperation *transfer = NULL;
  unsigned int running = 0;

  for (unsigned int i = self->operations->len; i-- > 0;)
    {
      MainstayOperation *operation = g_ptr_array_index (self->operations, i);
      gboolean waits = mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_QUEUED;

      if (!mainstay_operation_is_transfer (operation))
        {
          if (waits)
            return operation;
        }
      else if (mainstay_operation_is_running (operation))
        running++;
      else if (waits && transfer == NULL)
        transfer = operation;
    }
  return running < self->max_running ? transfer : NULL;
}

/* A started one tells of its new state before it runs: what comes of that waits for it. */
static void
start_next (MainstayOperationList *self)
{
  MainstayOperation *next;

  if (self->starting || self->held)
    return;
  self->starting = TRUE;
  g_object_ref (self);
  while (!self->held && (next = find_next (self)) != NULL)
    mainstay_operation_start (next);
  self->starting = FALSE;
  g_object_unref (self);
}

static void
progress_changed_cb (MainstayOperation *operation,
                     GParamSpec        *pspec,
                     gpointer           user_data)
{
  update (MAINSTAY_OPERATION_LIST (user_data));
}

static void
state_changed_cb (MainstayOperation *operation,
                  GParamSpec        *pspec,
                  gpointer           user_data)
{
  MainstayOperationList *self = MAINSTAY_OPERATION_LIST (user_data);
  gboolean ended = mainstay_operation_has_ended (operation);

  update (self);
  if (ended)
    g_signal_emit (self, signals[SIGNAL_FINISHED], 0, operation);
  start_next (self);
}

static void
mainstay_operation_list_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  MainstayOperationList *self = MAINSTAY_OPERATION_LIST (object);

  switch ((MainstayOperationListProperty) prop_id)
    {
    case PROP_MAX_RUNNING:
      g_value_set_uint (value, self->max_running);
      break;
    case PROP_ACTIVE_COUNT:
      g_value_set_uint (value, self->active_count);
      break;
    case PROP_HAS_RUNNING:
      g_value_set_boolean (value, self->has_running);
      break;
    case PROP_CAN_CLEAR:
      g_value_set_boolean (value, self->can_clear);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_operation_list_set_property (GObject      *object,
                                      guint         prop_id,
                                      const GValue *value,
                                      GParamSpec   *pspec)
{
  if (prop_id == PROP_MAX_RUNNING)
    mainstay_operation_list_set_max_running (MAINSTAY_OPERATION_LIST (object),
                                             g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
forget (MainstayOperationList *self,
        MainstayOperation     *operation)
{
  g_signal_handlers_disconnect_by_data (operation, self);
  mainstay_operation_set_managed (operation, FALSE);
}

static void
mainstay_operation_list_finalize (GObject *object)
{
  MainstayOperationList *self = MAINSTAY_OPERATION_LIST (object);

  for (unsigned int i = 0; i < self->operations->len; i++)
    forget (self, g_ptr_array_index (self->operations, i));
  g_clear_pointer (&self->operations, g_ptr_array_unref);

  G_OBJECT_CLASS (mainstay_operation_list_parent_class)->finalize (object);
}

static void
mainstay_operation_list_class_init (MainstayOperationListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = mainstay_operation_list_finalize;
  object_class->get_property = mainstay_operation_list_get_property;
  object_class->set_property = mainstay_operation_list_set_property;

  properties[PROP_MAX_RUNNING] =
    g_param_spec_uint ("max-running", NULL, NULL, 1, MAINSTAY_OPERATION_LIST_MOST_RUNNING,
                       DEFAULT_RUNNING, flags | G_PARAM_WRITABLE);
  properties[PROP_ACTIVE_COUNT] = g_param_spec_uint ("active-count", NULL, NULL, 0, G_MAXUINT, 0,
                                                     flags);
  properties[PROP_HAS_RUNNING] = g_param_spec_boolean ("has-running", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_CLEAR] = g_param_spec_boolean ("can-clear", NULL, NULL, FALSE, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /* Emitted after the properties are right again, and before the next one is started. */
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           MAINSTAY_TYPE_OPERATION);
}

static void
mainstay_operation_list_init (MainstayOperationList *self)
{
  self->operations = g_ptr_array_new_with_free_func (g_object_unref);
  self->progress = -1;
  self->max_running = DEFAULT_RUNNING;
}

/** mainstay_operation_list_new: Returns: (transfer full): an empty list */
MainstayOperationList *
mainstay_operation_list_new (void)
{
  return g_object_new (MAINSTAY_TYPE_OPERATION_LIST, NULL);
}

/**
 * mainstay_operation_list_add:
 * @self: a list
 * @operation: an operation that has not been started, paused or failed perhaps
 *
 * Lists it first and starts it when it is its turn.
 */
void
mainstay_operation_list_add (MainstayOperationList *self,
                             MainstayOperation     *operation)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));
  g_return_if_fail (MAINSTAY_IS_OPERATION (operation));
  g_return_if_fail (!g_ptr_array_find (self->operations, operation, NULL));

  g_ptr_array_insert (self->operations, 0, g_object_ref (operation));
  mainstay_operation_set_managed (operation, TRUE);
  g_signal_connect_object (operation, "notify::state", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (operation, "notify::progress", G_CALLBACK (progress_changed_cb), self,
                           0);
  g_signal_connect_object (operation, "notify::bytes-total", G_CALLBACK (progress_changed_cb),
                           self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  update (self);
  start_next (self);
}

/**
 * mainstay_operation_list_set_max_running:
 * @self: a list
 * @number: how many transfers run at once, at least 1
 */
void
mainstay_operation_list_set_max_running (MainstayOperationList *self,
                                         unsigned int           number)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));

  number = CLAMP (number, 1, MAINSTAY_OPERATION_LIST_MOST_RUNNING);
  if (self->max_running == number)
    return;
  self->max_running = number;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RUNNING]);
  start_next (self);
}

/** mainstay_operation_list_get_max_running: Returns: how many transfers run at once */
unsigned int
mainstay_operation_list_get_max_running (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), 0);

  return self->max_running;
}

/** mainstay_operation_list_get_active_count: Returns: how many go on by themselves */
unsigned int
mainstay_operation_list_get_active_count (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), 0);

  return self->active_count;
}

/** mainstay_operation_list_get_has_running: Returns: whether any runs */
gboolean
mainstay_operation_list_get_has_running (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), FALSE);

  return self->has_running;
}

/** mainstay_operation_list_get_can_clear: Returns: whether clearing removes any */
gboolean
mainstay_operation_list_get_can_clear (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), FALSE);

  return self->can_clear;
}

/** mainstay_operation_list_get_progress: Returns: 0 to 1, negative when unknown */
double
mainstay_operation_list_get_progress (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), -1);

  return self->progress;
}

/**
 * mainstay_operation_list_clear_finished:
 * @self: a list
 *
 * Removes what is over.
 */
void
mainstay_operation_list_clear_finished (MainstayOperationList *self)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));

  for (unsigned int i = self->operations->len; i-- > 0;)
    {
      g_autoptr(MainstayOperation) operation =
        g_object_ref (g_ptr_array_index (self->operations, i));

      if (!is_over (operation))
        continue;
      forget (self, operation);
      g_ptr_array_remove_index (self->operations, i);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
    }
  update (self);
}

/* A handler of the state may change the list while it is gone through. */
static GPtrArray *
copy_operations (MainstayOperationList *self)
{
  GPtrArray *operations = g_ptr_array_copy (self->operations, (GCopyFunc) g_object_ref, NULL);

  g_ptr_array_set_free_func (operations, g_object_unref);
  return operations;
}

/**
 * mainstay_operation_list_cancel_all:
 * @self: a list
 *
 * Cancels what can still be cancelled.
 */
void
mainstay_operation_list_cancel_all (MainstayOperationList *self)
{
  g_autoptr(GPtrArray) operations = NULL;

  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));

  operations = copy_operations (self);
  for (unsigned int i = 0; i < operations->len; i++)
    if (!mainstay_operation_has_ended (g_ptr_array_index (operations, i)))
      mainstay_operation_cancel (g_ptr_array_index (operations, i));
}

/**
 * mainstay_operation_list_hold_all:
 * @self: a list
 *
 * Stops what goes on after a restart, without any person's wish.
 */
void
mainstay_operation_list_hold_all (MainstayOperationList *self)
{
  g_autoptr(GPtrArray) operations = NULL;

  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));

  self->held = TRUE;
  operations = copy_operations (self);
  for (unsigned int i = 0; i < operations->len; i++)
    if (mainstay_operation_is_resumable (g_ptr_array_index (operations, i)))
      mainstay_operation_hold (g_ptr_array_index (operations, i), NULL);
}

/** mainstay_operation_list_is_stopping: Returns: whether anything was told to stop and has not */
gboolean
mainstay_operation_list_is_stopping (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), FALSE);

  for (unsigned int i = 0; i < self->operations->len; i++)
    if (mainstay_operation_is_stopping (g_ptr_array_index (self->operations, i)))
      return TRUE;
  return FALSE;
}

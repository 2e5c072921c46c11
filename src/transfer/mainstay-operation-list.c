/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-operation-list.h"

struct _MainstayOperationList
{
  GObject parent_instance;

  GPtrArray *operations; /* (element-type MainstayOperation), newest first */
  unsigned int active_count;
  double progress;       /* 0 to 1, negative when unknown */
};

typedef enum {
  PROP_ACTIVE_COUNT = 1,
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

/* What an operation weighs in the whole: its bytes, and where nobody knows them as much as the
 * others do on average. */
static double
work_out_progress (MainstayOperationList *self)
{
  double bytes = 0;
  double weights = 0;
  double sum = 0;
  unsigned int n_sized = 0;

  for (unsigned int i = 0; i < self->operations->len; i++)
    {
      MainstayOperation *operation = g_ptr_array_index (self->operations, i);
      gint64 total = mainstay_operation_get_bytes_total (operation);

      if (!mainstay_operation_is_active (operation) || total <= 0)
        continue;
      bytes += (double) total;
      n_sized++;
    }
  for (unsigned int i = 0; i < self->operations->len; i++)
    {
      MainstayOperation *operation = g_ptr_array_index (self->operations, i);
      gint64 total = mainstay_operation_get_bytes_total (operation);
      double progress = mainstay_operation_get_progress (operation);
      double weight = total > 0 ? (double) total : n_sized > 0 ? bytes / n_sized : 1;

      if (!mainstay_operation_is_active (operation) || progress < 0)
        continue;
      sum += progress * weight;
      weights += weight;
    }
  return weights > 0 ? CLAMP (sum / weights, 0, 1) : -1;
}

static void
update (MainstayOperationList *self)
{
  double progress = work_out_progress (self);
  unsigned int active = 0;

  for (unsigned int i = 0; i < self->operations->len; i++)
    if (mainstay_operation_is_active (g_ptr_array_index (self->operations, i)))
      active++;
  g_object_freeze_notify (G_OBJECT (self));
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

  update (self);
  if (mainstay_operation_has_ended (operation))
    g_signal_emit (self, signals[SIGNAL_FINISHED], 0, operation);
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
    case PROP_ACTIVE_COUNT:
      g_value_set_uint (value, self->active_count);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_operation_list_finalize (GObject *object)
{
  MainstayOperationList *self = MAINSTAY_OPERATION_LIST (object);

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

  properties[PROP_ACTIVE_COUNT] = g_param_spec_uint ("active-count", NULL, NULL, 0, G_MAXUINT, 0,
                                                     flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /* Emitted after active-count and progress are right again. */
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           MAINSTAY_TYPE_OPERATION);
}

static void
mainstay_operation_list_init (MainstayOperationList *self)
{
  self->operations = g_ptr_array_new_with_free_func (g_object_unref);
  self->progress = -1;
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
 * @operation: an operation that has not been started
 *
 * Lists it first and starts it.
 */
void
mainstay_operation_list_add (MainstayOperationList *self,
                             MainstayOperation     *operation)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));
  g_return_if_fail (MAINSTAY_IS_OPERATION (operation));
  g_return_if_fail (!g_ptr_array_find (self->operations, operation, NULL));

  g_ptr_array_insert (self->operations, 0, g_object_ref (operation));
  g_signal_connect_object (operation, "notify::state", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (operation, "notify::progress", G_CALLBACK (progress_changed_cb), self,
                           0);
  g_signal_connect_object (operation, "notify::bytes-total", G_CALLBACK (progress_changed_cb),
                           self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  update (self);
  mainstay_operation_start (operation);
}

/** mainstay_operation_list_get_active_count: Returns: how many have not ended */
unsigned int
mainstay_operation_list_get_active_count (MainstayOperationList *self)
{
  g_return_val_if_fail (MAINSTAY_IS_OPERATION_LIST (self), 0);

  return self->active_count;
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
 * Removes what has ended.
 */
void
mainstay_operation_list_clear_finished (MainstayOperationList *self)
{
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (self));

  for (unsigned int i = self->operations->len; i-- > 0;)
    {
      g_autoptr(MainstayOperation) operation =
        g_object_ref (g_ptr_array_index (self->operations, i));

      if (!mainstay_operation_has_ended (operation))
        continue;
      g_signal_handlers_disconnect_by_data (operation, self);
      g_ptr_array_remove_index (self->operations, i);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
    }
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

  /* A handler of the state may change the list meanwhile. */
  operations = g_ptr_array_copy (self->operations, (GCopyFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (operations, g_object_unref);
  for (unsigned int i = 0; i < operations->len; i++)
    mainstay_operation_cancel (g_ptr_array_index (operations, i));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-check-group.h"

#include "mainstay-check-row.h"

struct _MainstayCheckGroup
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *rows; /* borrowed from the group, in the order of their ids */
};

G_DEFINE_FINAL_TYPE (MainstayCheckGroup, mainstay_check_group, ADW_TYPE_PREFERENCES_GROUP)

enum {
  SIGNAL_ACTION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
row_action_cb (MainstayCheckGroup *self,
               int                 action)
{
  g_signal_emit (self, signals[SIGNAL_ACTION], 0, action);
}

/* A group can only append: rows are made for all ids up to the one that is needed, so that a check
 * that comes up later still stands in its place. */
static MainstayCheckRow *
ensure_row (MainstayCheckGroup *self,
            int                 id)
{
  for (int i = (int) self->rows->len; i <= id; i++)
    {
      GtkWidget *row = mainstay_check_row_new ();

      gtk_widget_set_visible (row, FALSE);
      g_signal_connect_object (row, "action", G_CALLBACK (row_action_cb), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
    }
  return g_ptr_array_index (self->rows, id);
}

static void
mainstay_check_group_finalize (GObject *object)
{
  MainstayCheckGroup *self = MAINSTAY_CHECK_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (mainstay_check_group_parent_class)->finalize (object);
}

static void
mainstay_check_group_class_init (MainstayCheckGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mainstay_check_group_finalize;

  signals[SIGNAL_ACTION] =
    g_signal_new ("action", MAINSTAY_TYPE_CHECK_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
mainstay_check_group_init (MainstayCheckGroup *self)
{
  self->rows = g_ptr_array_new ();
}

/**
 * mainstay_check_group_set_checks:
 * @self: a group
 * @checks: (element-type MainstayCheck): what to show; ids are small numbers from 0
 */
void
mainstay_check_group_set_checks (MainstayCheckGroup *self,
                                 GPtrArray          *checks)
{
  g_return_if_fail (MAINSTAY_IS_CHECK_GROUP (self));
  g_return_if_fail (checks != NULL);

  for (unsigned int i = 0; i < checks->len; i++)
    {
      const MainstayCheck *check = g_ptr_array_index (checks, i);

      mainstay_check_row_set_check (ensure_row (self, check->id), check);
    }
  for (unsigned int i = 0; i < self->rows->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->rows, i),
                            mainstay_checks_find (checks, (int) i) != NULL);
}

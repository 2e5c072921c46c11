/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-activity-view.h"

#include "config.h"
#include "mainstay-activity-row.h"
#include "mainstay-message.h"
#include "mainstay-operation-row.h"

#include <glib/gi18n.h>

#define ENTRIES_A_PAGE 50

struct _MainstayActivityView
{
  GtkBox parent_instance;

  /* Template widgets. */
  GtkListBox *operations_box;
  GtkWidget *clear_button;
  GtkWidget *entries_section;
  GtkLabel *entries_title;
  GtkListBox *entries_box;
  GtkLabel *entries_placeholder;
  GtkLabel *fault_label;
  GtkWidget *older_button;

  /* Owned. */
  MainstayOperationList *operations;
  MainstayBackupList *list;
  GListStore *entries;
  GCancellable *cancellable; /* (nullable): of what is asked of the portal */

  gboolean asks_older;       /* than what is shown, not the newest */
};

G_DEFINE_FINAL_TYPE (MainstayActivityView, mainstay_activity_view, GTK_TYPE_BOX)

static GtkWidget *
create_entry_row (gpointer item,
                  gpointer user_data)
{
  return mainstay_activity_row_new (MAINSTAY_ACTIVITY_ENTRY (item));
}

static GtkWidget *
create_operation_row (gpointer item,
                      gpointer user_data)
{
  return mainstay_operation_row_new (MAINSTAY_OPERATION (item));
}

static void
operations_changed_cb (MainstayActivityView *self)
{
  gtk_widget_set_visible (self->clear_button,
                          mainstay_operation_list_get_can_clear (self->operations));
}

static void
clear_clicked_cb (MainstayActivityView *self)
{
  mainstay_operation_list_clear_finished (self->operations);
}

static unsigned int
get_n_entries (MainstayActivityView *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->entries));
}

/* Returns: where the entry with that id is shown, or how many are shown when it is not */
static unsigned int
find_entry (MainstayActivityView *self,
            const char           *id)
{
  for (unsigned int i = 0; i < get_n_entries (self); i++)
    {
      g_autoptr(MainstayActivityEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->entries),
                                                                      i);

      if (g_strcmp0 (mainstay_activity_entry_get_id (entry), id) == 0)
        return i;
    }
  return get_n_entries (self);
}

/* What was shown further down stays where the newest ones reach to it. */
static void
take_newest (MainstayActivityView *self,
             GPtrArray            *entries)
{
  unsigned int shown = get_n_entries (self);
  unsigned int replaced = shown;

  if (entries->len == ENTRIES_A_PAGE)
    {
      MainstayActivityEntry *last = g_ptr_array_index (entries, entries->len - 1);
      unsigned int position = find_entry (self, mainstay_activity_entry_get_id (last));

      replaced = MIN (position + 1, shown);
    }
  if (replaced == shown)
    gtk_widget_set_visible (self->older_button, entries->len == ENTRIES_A_PAGE);
  gtk_label_set_label (self->entries_placeholder, _("Nothing happened here yet."));
  g_list_store_splice (self->entries, 0, replaced, entries->pdata, entries->len);
}

/* New ones move the others on from one page to the next, where they are not shown once more. */
static void
take_older (MainstayActivityView *self,
            GPtrArray            *entries)
{
  gtk_widget_set_visible (self->older_button, entries->len == ENTRIES_A_PAGE);
  for (unsigned int i = 0; i < entries->len; i++)
    {
      MainstayActivityEntry *entry = g_ptr_array_index (entries, i);

      if (find_entry (self, mainstay_activity_entry_get_id (entry)) == get_n_entries (self))
        g_list_store_append (self->entries, entry);
    }
}

/* Without the newest nothing is sure; without older ones what is shown is still right. */
static void
take_error (MainstayActivityView *self,
            const GError         *error)
{
  g_autofree char *line = mainstay_message_dup_line (error);

  if (!self->asks_older)
    {
      gtk_label_set_label (self->entries_placeholder, line);
      g_list_store_remove_all (self->entries);
      gtk_widget_set_visible (self->older_button, FALSE);
      return;
    }
  gtk_label_set_label (self->fault_label, line);
  gtk_widget_set_visible (GTK_WIDGET (self->fault_label), TRUE);
}

static void
activity_listed_cb (GObject      *object,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr(MainstayActivityView) self = MAINSTAY_ACTIVITY_VIEW (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) entries =
    mainstay_client_list_activity_finish (MAINSTAY_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (self->older_button, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->fault_label), FALSE);
  if (entries == NULL)
    take_error (self, error);
  else if (self->asks_older)
    take_older (self, entries);
  else
    take_newest (self, entries);
}

static void
ask (MainstayActivityView *self,
     gboolean              older)
{
  MainstayClient *client = mainstay_backup_list_get_client (self->list);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->asks_older = older;
  mainstay_client_list_activity_async (
    client, mainstay_backup_list_get_app (self->list),
    mainstay_environment_get_id (mainstay_backup_list_get_environment (self->list)),
    older ? (int) get_n_entries (self) : 0, ENTRIES_A_PAGE, self->cancellable, activity_listed_cb,
    g_object_ref (self));
}

static void
older_clicked_cb (MainstayActivityView *self)
{
  if (self->list == NULL)
    return;
  gtk_widget_set_sensitive (self->older_button, FALSE);
  ask (self, TRUE);
}

static void
shown_cb (MainstayActivityView *self)
{
  mainstay_activity_view_reload (self);
}

static void
mainstay_activity_view_dispose (GObject *object)
{
  MainstayActivityView *self = MAINSTAY_ACTIVITY_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_ACTIVITY_VIEW);
  g_clear_object (&self->operations);
  g_clear_object (&self->list);
  g_clear_object (&self->entries);

  G_OBJECT_CLASS (mainstay_activity_view_parent_class)->dispose (object);
}

static void
mainstay_activity_view_class_init (MainstayActivityViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_activity_view_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-activity-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, operations_box);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, clear_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, entries_section);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, entries_title);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, entries_box);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, entries_placeholder);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, fault_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayActivityView, older_button);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, older_clicked_cb);
}

static void
mainstay_activity_view_init (MainstayActivityView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries = g_list_store_new (MAINSTAY_TYPE_ACTIVITY_ENTRY);
  gtk_list_box_bind_model (self->entries_box, G_LIST_MODEL (self->entries), create_entry_row, NULL,
                           NULL);
  g_signal_connect (self, "map", G_CALLBACK (shown_cb), NULL);
}

void
mainstay_activity_view_set_operations (MainstayActivityView  *self,
                                       MainstayOperationList *operations)
{
  g_return_if_fail (MAINSTAY_IS_ACTIVITY_VIEW (self));
  g_return_if_fail (MAINSTAY_IS_OPERATION_LIST (operations));

  if (!g_set_object (&self->operations, operations))
    return;
  gtk_list_box_bind_model (self->operations_box, G_LIST_MODEL (operations), create_operation_row,
                           NULL, NULL);
  g_signal_connect_object (operations, "notify::can-clear", G_CALLBACK (operations_changed_cb),
                           self, G_CONNECT_SWAPPED);
  operations_changed_cb (self);
}

void
mainstay_activity_view_set_list (MainstayActivityView *self,
                                 MainstayBackupList   *list)
{
  g_autofree char *title = NULL;

  g_return_if_fail (MAINSTAY_IS_ACTIVITY_VIEW (self));

  if (!g_set_object (&self->list, list))
    return;
  g_list_store_remove_all (self->entries);
  gtk_widget_set_visible (self->older_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->fault_label), FALSE);
  if (list == NULL)
    return;
  /* translators: %s is an environment */
  title = g_strdup_printf (
    _("In %s"), mainstay_environment_get_mode (mainstay_backup_list_get_environment (list)));
  gtk_label_set_label (self->entries_title, title);
  mainstay_activity_view_reload (self);
}

void
mainstay_activity_view_reload (MainstayActivityView *self)
{
  MainstayClient *client;
  gboolean offered;

  g_return_if_fail (MAINSTAY_IS_ACTIVITY_VIEW (self));

  client = self->list != NULL ? mainstay_backup_list_get_client (self->list) : NULL;
  offered = client != NULL &&
            (mainstay_client_get_extensions (client) & MAINSTAY_EXTENSION_ACTIVITY) != 0;
  gtk_widget_set_visible (self->entries_section, offered);
  if (!offered || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  ask (self, FALSE);
}

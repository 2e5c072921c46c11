/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-activity-view.h"

#include "config.h"
#include "mainstay-activity-entry.h"
#include "mainstay-format.h"
#include "mainstay-message.h"
#include "mainstay-operation-row.h"

#include <glib/gi18n.h>

#define ENTRIES_SHOWN 50

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

  /* Owned. */
  MainstayOperationList *operations;
  MainstayBackupList *list;
  GListStore *entries;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MainstayActivityView, mainstay_activity_view, GTK_TYPE_BOX)

/* The kinds of portal-api.md, part 3; a newer server may know others. */
static const struct
{
  const char *kind;
  const char *title;
  const char *icon_name;
} kinds[] = {
  { "create", N_("Backup created"), "document-save-symbolic" },
  { "nightly", N_("Nightly backup"), "document-save-symbolic" },
  { "restore", N_("Backup restored"), "document-revert-symbolic" },
  { "data_upload", N_("Data uploaded"), "go-up-symbolic" },
  { "download", N_("Backup downloaded"), "folder-download-symbolic" },
  { "delete", N_("Backup deleted"), "user-trash-symbolic" },
  { "expire", N_("Backup expired"), "user-trash-symbolic" },
  { "start", N_("App started"), "media-playback-start-symbolic" },
  { "stop", N_("App stopped"), "media-playback-stop-symbolic" },
  { "deploy", N_("Package deployed"), "emblem-system-symbolic" },
};

static const char *
get_title (const char  *kind,
           const char **icon_name)
{
  *icon_name = "emblem-system-symbolic";
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, kind) == 0)
      {
        *icon_name = kinds[i].icon_name;
        return _(kinds[i].title);
      }
  return kind;
}

static void
add_part (GString    *text,
          const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

/* What the schedule did comes under the name that the portal's own page gives it. */
static const char *
get_author (MainstayActivityEntry *entry)
{
  const char *by = mainstay_activity_entry_get_by (entry);

  return g_strcmp0 (by, "Nightly") == 0 ? _("Nightly") : by;
}

/* "Failed · Ada · 23 Nov 2026, 06:10", then what the portal says. */
static char *
dup_entry_subtitle (MainstayActivityEntry *entry)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *date = mainstay_format_date (mainstay_activity_entry_get_at (entry));
  MainstayJobState state = mainstay_activity_entry_get_state (entry);
  const char *message = mainstay_activity_entry_get_message (entry);

  if (state != MAINSTAY_JOB_COMPLETED && state != MAINSTAY_JOB_UNKNOWN)
    add_part (text, mainstay_format_job_state (state));
  add_part (text, get_author (entry));
  add_part (text, date);
  if (message != NULL && *message != '\0')
    g_string_append_printf (text, "\n%s", message);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
create_entry_row (gpointer item,
                  gpointer user_data)
{
  MainstayActivityEntry *entry = MAINSTAY_ACTIVITY_ENTRY (item);
  const char *icon_name;
  const char *title = get_title (mainstay_activity_entry_get_kind (entry), &icon_name);
  g_autofree char *subtitle = dup_entry_subtitle (entry);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon_name, "valign", GTK_ALIGN_START,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  if (mainstay_activity_entry_get_state (entry) == MAINSTAY_JOB_FAILED)
    gtk_widget_add_css_class (icon, "error");
  gtk_box_append (GTK_BOX (text), make_label (title, "body"));
  gtk_box_append (GTK_BOX (text), make_label (subtitle, "caption"));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_add_css_class (row, "activity-entry");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
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

static void
activity_listed_cb (GObject      *object,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr(MainstayActivityView) self = MAINSTAY_ACTIVITY_VIEW (user_data);
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  g_autoptr(GPtrArray) entries =
    mainstay_client_list_activity_finish (MAINSTAY_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (entries != NULL)
    {
      gtk_label_set_label (self->entries_placeholder, _("Nothing happened here yet."));
      g_list_store_splice (self->entries, 0,
                           g_list_model_get_n_items (G_LIST_MODEL (self->entries)), entries->pdata,
                           entries->len);
      return;
    }
  line = mainstay_message_dup_line (error);
  gtk_label_set_label (self->entries_placeholder, line);
  g_list_store_remove_all (self->entries);
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
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
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
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  mainstay_client_list_activity_async (
    client, mainstay_backup_list_get_app (self->list),
    mainstay_environment_get_id (mainstay_backup_list_get_environment (self->list)), 0,
    ENTRIES_SHOWN, self->cancellable, activity_listed_cb, g_object_ref (self));
}

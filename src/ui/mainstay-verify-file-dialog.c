/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-check-row.h"
#include "mainstay-dialogs.h"
#include "mainstay-file-check.h"
#include "mainstay-file-dialog.h"
#include "mainstay-file-facts.h"
#include "mainstay-file-findings.h"
#include "mainstay-format.h"

#define MAINSTAY_TYPE_VERIFY_FILE_DIALOG (mainstay_verify_file_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MainstayVerifyFileDialog, mainstay_verify_file_dialog, MAINSTAY,
                      VERIFY_FILE_DIALOG, AdwWindow)

struct _MainstayVerifyFileDialog
{
  AdwWindow parent_instance;

  /* template */
  AdwToastOverlay *toast_overlay;
  GtkWidget *verify_button;
  GtkEditable *path_row;
  GtkWidget *progress_box;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *cancel_button;
  GtkWidget *result_group;
  MainstayCheckRow *result_row;
  GtkWidget *note_row;
  AdwPreferencesGroup *facts_group;
  GtkWidget *digest_group;
  AdwActionRow *digest_row;

  /* owned */
  GCancellable *verifying; /* (nullable): while a file is read */
  GCancellable *choosing;  /* (nullable): while one is chosen */
  GPtrArray *fact_rows;    /* (element-type GtkWidget), borrowed of the group */
  char *sha256;            /* (nullable): of the file that is shown */
};

G_DEFINE_FINAL_TYPE (MainstayVerifyFileDialog, mainstay_verify_file_dialog, ADW_TYPE_WINDOW)

static void
update_buttons (MainstayVerifyFileDialog *self)
{
  const char *text = gtk_editable_get_text (self->path_row);
  gboolean blank = text[strspn (text, " \t\n")] == '\0';

  gtk_widget_set_sensitive (self->verify_button, !blank && self->verifying == NULL);
  gtk_widget_set_visible (self->progress_box, self->verifying != NULL);
}

/* Takes @title and @detail. */
static void
show_result (MainstayVerifyFileDialog *self,
             gboolean                  good,
             char                     *title,
             char                     *detail)
{
  g_autoptr(MainstayCheck) check =
    mainstay_check_new (0, good ? MAINSTAY_CHECK_OK : MAINSTAY_CHECK_BLOCKED,
                        MAINSTAY_CHECK_ACTION_NONE, title, detail);

  mainstay_check_row_set_check (self->result_row, check);
  gtk_widget_set_visible (self->result_group, TRUE);
  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->path_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->path_row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->path_row), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
}

/* What was found in another file must not stand beside the name of this one. */
static void
forget_result (MainstayVerifyFileDialog *self)
{
  g_cancellable_cancel (self->verifying);
  g_clear_object (&self->verifying);
  gtk_widget_set_visible (self->result_group, FALSE);
  gtk_widget_set_visible (self->note_row, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->facts_group), FALSE);
  gtk_widget_set_visible (self->digest_group, FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->path_row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->path_row), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_FALSE, -1);
  for (unsigned int i = 0; i < self->fact_rows->len; i++)
    adw_preferences_group_remove (self->facts_group, g_ptr_array_index (self->fact_rows, i));
  g_ptr_array_set_size (self->fact_rows, 0);
}

/* Where it goes on in the next line it gets no hyphen, which could be taken for a part of it. */
static void
show_digest (MainstayVerifyFileDialog *self,
             const char               *sha256)
{
  g_autofree char *markup =
    g_markup_printf_escaped ("<span insert_hyphens=\"false\">%s</span>", sha256);

  g_clear_pointer (&self->sha256, g_free);
  self->sha256 = g_strdup (sha256);
  adw_action_row_set_subtitle (self->digest_row, markup);
}

static void
show_facts (MainstayVerifyFileDialog *self,
            const MainstayBackupFile *file)
{
  g_autoptr(GPtrArray) facts = mainstay_file_facts_new (file);

  for (unsigned int i = 0; i < facts->len; i++)
    {
      MainstayFileFact *fact = g_ptr_array_index (facts, i);
      GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "selectable", FALSE,
                                     "title", fact->title, "subtitle", fact->value,
                                     "subtitle-lines", 0, NULL);

      adw_preferences_group_add (self->facts_group, row);
      g_ptr_array_add (self->fact_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->facts_group), TRUE);
  gtk_widget_set_visible (self->digest_group, file->sha256 != NULL);
  if (file->sha256 != NULL)
    show_digest (self, file->sha256);
}

/* A dump of a format that is not known in all its parts is proved only as far as it is. */
static void
show_note (MainstayVerifyFileDialog *self)
{
  g_autoptr(MainstayCheck) check = mainstay_check_new (
    0, MAINSTAY_CHECK_WARNING, MAINSTAY_CHECK_ACTION_NONE,
    g_strdup (_("The database dump was checked only in part")),
    g_strdup (_("Its format is newer or older than Mainstay knows. To be sure, list it with "
                "pg_restore of the same version.")));

  mainstay_check_row_set_check (MAINSTAY_CHECK_ROW (self->note_row), check);
  gtk_widget_set_visible (self->note_row, TRUE);
}

static void
show_file (MainstayVerifyFileDialog *self,
           const MainstayBackupFile *file)
{
  if (file->kind == MAINSTAY_FILE_UNKNOWN)
    {
      show_result (self, FALSE, g_strdup (_("This is no backup file")),
                   g_strdup (_("Choose a backup, a database dump or an archive of uploaded "
                               "files.")));
      return;
    }
  show_result (self, TRUE, g_strdup (_("No problems found")),
               g_strdup (_("The file was read to its end and is whole.")));
  if (file->dump_engine != MAINSTAY_DUMP_NONE && !file->dump_checked)
    show_note (self);
  show_facts (self, file);
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(MainstayVerifyFileDialog) self = MAINSTAY_VERIFY_FILE_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackupFile) file = mainstay_file_check_run_finish (result, &error);
  g_autoptr(MainstayFileFindings) findings = NULL;

  /* Stopped, closed, or another file was chosen. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->verifying);
  update_buttons (self);
  if (file != NULL)
    {
      show_file (self, file);
      return;
    }
  findings = mainstay_file_findings_new (NULL, error, MAINSTAY_FILE_UNKNOWN);
  show_result (self, FALSE, g_steal_pointer (&findings->title),
               g_steal_pointer (&findings->detail));
}

static void
show_progress (double   progress,
               gpointer user_data)
{
  MainstayVerifyFileDialog *self = MAINSTAY_VERIFY_FILE_DIALOG (user_data);
  g_autofree char *percent = NULL;
  g_autofree char *text = NULL;

  if (self->verifying == NULL)
    return;
  percent = mainstay_format_percent (progress);
  /* Translators: %s is a share, as in 12%. */
  text = g_strdup_printf (_("Verifying the file: %s"), percent);
  gtk_label_set_label (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar, progress);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, percent, -1);
}

static void
verify (MainstayVerifyFileDialog *self)
{
  g_autofree char *path = mainstay_file_dialog_parse_path (gtk_editable_get_text (self->path_row));

  forget_result (self);
  if (path == NULL)
    {
      show_result (self, FALSE, g_strdup (_("This is not the whole path of a file")),
                   g_strdup (_("It begins with a slash; or choose the file from its folder.")));
      update_buttons (self);
      return;
    }
  self->verifying = g_cancellable_new ();
  show_progress (0, self);
  update_buttons (self);
  mainstay_file_check_run_async (path, MAINSTAY_FILE_UNKNOWN, show_progress, self,
                                 self->verifying, checked_cb, g_object_ref (self));
}

static void
verify_clicked_cb (MainstayVerifyFileDialog *self)
{
  if (self->verifying == NULL)
    verify (self);
}

static void
cancel_clicked_cb (MainstayVerifyFileDialog *self)
{
  forget_result (self);
  update_buttons (self);
  gtk_widget_grab_focus (self->verify_button);
}

static void
path_changed_cb (MainstayVerifyFileDialog *self)
{
  forget_result (self);
  update_buttons (self);
}

static void
copy_clicked_cb (MainstayVerifyFileDialog *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->sha256);
  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (_("SHA-256 copied")));
}

static void
set_file (MainstayVerifyFileDialog *self,
          GFile                    *file)
{
  g_autofree char *text = NULL;

  if (g_file_peek_path (file) == NULL)
    return;
  text = mainstay_file_dialog_format_path (g_file_peek_path (file));
  gtk_editable_set_text (self->path_row, text);
  verify (self);
}

static void
file_chosen_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(MainstayVerifyFileDialog) self = MAINSTAY_VERIFY_FILE_DIALOG (user_data);
  g_autoptr(GFile) file = mainstay_file_dialog_open_finish (result, NULL);

  g_clear_object (&self->choosing);
  if (file != NULL)
    set_file (self, file);
}

static void
choose_clicked_cb (MainstayVerifyFileDialog *self)
{
  static const char *const suffixes[] = { "gz", "tgz", "tar", "zip", "backup", "dump", "sqlite",
                                          "sqlite3", "db", "damaged", "part" };
  g_autoptr(GtkFileFilter) filter = NULL;

  if (self->choosing != NULL)
    return;
  filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _("Backup Files"));
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  self->choosing = g_cancellable_new ();
  mainstay_file_dialog_open_async (GTK_WINDOW (self), _("Choose Backup File…"), filter,
                                   self->choosing, file_chosen_cb, g_object_ref (self));
}

static gboolean
file_dropped_cb (MainstayVerifyFileDialog *self,
                 const GValue             *value)
{
  set_file (self, g_value_get_object (value));
  return TRUE;
}

/* What is under way holds a reference: it ends with the dialog. */
static void
end_work (MainstayVerifyFileDialog *self)
{
  g_cancellable_cancel (self->verifying);
  g_clear_object (&self->verifying);
  g_cancellable_cancel (self->choosing);
}

static gboolean
mainstay_verify_file_dialog_close_request (GtkWindow *window)
{
  end_work (MAINSTAY_VERIFY_FILE_DIALOG (window));
  return GTK_WINDOW_CLASS (mainstay_verify_file_dialog_parent_class)->close_request (window);
}

static void
mainstay_verify_file_dialog_dispose (GObject *object)
{
  MainstayVerifyFileDialog *self = MAINSTAY_VERIFY_FILE_DIALOG (object);

  end_work (self);
  g_clear_object (&self->choosing);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_VERIFY_FILE_DIALOG);

  G_OBJECT_CLASS (mainstay_verify_file_dialog_parent_class)->dispose (object);
}

static void
mainstay_verify_file_dialog_finalize (GObject *object)
{
  MainstayVerifyFileDialog *self = MAINSTAY_VERIFY_FILE_DIALOG (object);

  g_clear_pointer (&self->fact_rows, g_ptr_array_unref);
  g_clear_pointer (&self->sha256, g_free);

  G_OBJECT_CLASS (mainstay_verify_file_dialog_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, MainstayVerifyFileDialog, name)
  BIND (toast_overlay);
  BIND (verify_button);
  BIND (path_row);
  BIND (progress_box);
  BIND (progress_label);
  BIND (progress_bar);
  BIND (cancel_button);
  BIND (result_group);
  BIND (result_row);
  BIND (note_row);
  BIND (facts_group);
  BIND (digest_group);
  BIND (digest_row);
#undef BIND
}

static void
mainstay_verify_file_dialog_class_init (MainstayVerifyFileDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_verify_file_dialog_dispose;
  object_class->finalize = mainstay_verify_file_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = mainstay_verify_file_dialog_close_request;

  g_type_ensure (MAINSTAY_TYPE_CHECK_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-verify-file-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, verify_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, path_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mainstay_verify_file_dialog_init (MainstayVerifyFileDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->fact_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (file_dropped_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * mainstay_verify_file_dialog_present:
 * @parent: (nullable): the window it belongs to
 * @file: (nullable): a file to verify at once
 *
 * Proves a file on this computer whole and shows what is in it; no account is needed.
 */
void
mainstay_verify_file_dialog_present (GtkWindow *parent,
                                     GFile     *file)
{
  MainstayVerifyFileDialog *self;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));
  g_return_if_fail (file == NULL || G_IS_FILE (file));

  self = g_object_new (MAINSTAY_TYPE_VERIFY_FILE_DIALOG, "transient-for", parent, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->path_row));
  if (file != NULL)
    set_file (self, file);
  gtk_window_present (GTK_WINDOW (self));
}

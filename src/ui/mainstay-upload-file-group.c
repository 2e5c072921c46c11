/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-upload-file-group.h"

#include <glib/gi18n.h>

#include "mainstay-check-row.h"
#include "mainstay-file-check.h"
#include "mainstay-file-dialog.h"
#include "mainstay-file-findings.h"
#include "mainstay-format.h"

/* Typing should be over before a file of some gigabytes is read. */
#define TYPING_PAUSE_MS 500

struct _MainstayUploadFileGroup
{
  AdwPreferencesGroup parent_instance;

  /* template */
  GtkEditable *path_row;
  GtkWidget *clear_button;
  GtkWidget *folder_button;
  GtkWidget *choose_button;
  MainstayCheckRow *findings_row;

  /* owned */
  GCancellable *inspecting; /* NULL when no file is being looked into */
  GCancellable *choosing;
  char *path;

  MainstayFileKind kind;
  MainstayUploadFileState state;
  guint typing_id;
};

/* One look into a file. Another may have begun before it ends. */
typedef struct
{
  /* owned */
  MainstayUploadFileGroup *group;
  GCancellable *cancellable;
} Inspection;

G_DEFINE_FINAL_TYPE (MainstayUploadFileGroup, mainstay_upload_file_group,
                     ADW_TYPE_PREFERENCES_GROUP)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What is only for one of the two kinds of file. */
static const struct
{
  MainstayFileKind kind;
  const char *title;
  const char *choose;
  const char *clear;
  const char *filter;
  const char *suffixes[7];
} kinds[] = {
  { MAINSTAY_FILE_DATABASE, N_("Database file"), N_("Choose Database File…"),
    N_("Clear Database File"), N_("Databases"),
    { "backup", "dump", "sqlite", "sqlite3", "db", "gz", NULL } },
  { MAINSTAY_FILE_FILES, N_("Archive of uploaded files"), N_("Choose Archive of Uploaded Files…"),
    N_("Clear Archive of Uploaded Files"), N_("Archives"),
    { "zip", "tar.gz", "tgz", "tar", NULL } },
};

static size_t
find_kind (MainstayUploadFileGroup *self)
{
  return self->kind == MAINSTAY_FILE_FILES ? 1 : 0;
}

/* Takes @title and @detail. */
static void
show_state (MainstayUploadFileGroup *self,
            MainstayUploadFileState  state,
            MainstayCheckState       check_state,
            char                    *title,
            char                    *detail)
{
  g_autoptr(MainstayCheck) check =
    mainstay_check_new (0, check_state, MAINSTAY_CHECK_ACTION_NONE, title, detail);

  self->state = state;
  gtk_widget_set_visible (GTK_WIDGET (self->findings_row), state != MAINSTAY_UPLOAD_FILE_NONE);
  mainstay_check_row_set_check (self->findings_row, check);
  if (state == MAINSTAY_UPLOAD_FILE_REFUSED)
    gtk_widget_add_css_class (GTK_WIDGET (self->path_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->path_row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->path_row), GTK_ACCESSIBLE_STATE_INVALID,
                               state == MAINSTAY_UPLOAD_FILE_REFUSED ?
                               GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
forget_file (MainstayUploadFileGroup *self)
{
  g_clear_handle_id (&self->typing_id, g_source_remove);
  g_cancellable_cancel (self->inspecting);
  g_clear_object (&self->inspecting);
  g_clear_pointer (&self->path, g_free);
}

static void
inspection_free (Inspection *inspection)
{
  g_clear_object (&inspection->group);
  g_clear_object (&inspection->cancellable);
  g_clear_pointer (&inspection, g_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Inspection, inspection_free)

/* A large file takes a while. A folder is through before that, and tells nothing. */
static void
inspection_progress_cb (double   progress,
                        gpointer user_data)
{
  Inspection *inspection = user_data;
  MainstayUploadFileGroup *self = inspection->group;
  g_autoptr(MainstayCheck) check = NULL;

  if (self->inspecting != inspection->cancellable || progress <= 0)
    return;
  check = mainstay_check_new (0, MAINSTAY_CHECK_WAITING, MAINSTAY_CHECK_ACTION_NONE,
                              g_strdup (_("Looking into the file…")),
                              mainstay_format_percent (progress));
  mainstay_check_row_set_check (self->findings_row, check);
}

static void
file_inspected_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(Inspection) inspection = user_data;
  MainstayUploadFileGroup *self = inspection->group;
  g_autoptr(MainstayBackupFile) file = NULL;
  g_autoptr(MainstayFileFindings) findings = NULL;
  g_autoptr(GError) error = NULL;

  file = mainstay_file_check_run_finish (result, &error);
  /* Another file was chosen meanwhile, or the dialog was closed. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->inspecting);
  findings = mainstay_file_findings_new (file, error, self->kind);
  show_state (self,
              findings->good ? MAINSTAY_UPLOAD_FILE_GOOD : MAINSTAY_UPLOAD_FILE_REFUSED,
              findings->good ? MAINSTAY_CHECK_OK : MAINSTAY_CHECK_BLOCKED,
              g_steal_pointer (&findings->title), g_steal_pointer (&findings->detail));
}

static void
inspect (MainstayUploadFileGroup *self)
{
  g_autofree char *path =
    mainstay_file_dialog_parse_path (gtk_editable_get_text (self->path_row));
  Inspection *inspection;

  forget_file (self);
  if (path == NULL)
    {
      show_state (self, MAINSTAY_UPLOAD_FILE_REFUSED, MAINSTAY_CHECK_BLOCKED,
                  g_strdup (_("This is not the whole path of a file")),
                  g_strdup (_("It begins with a slash; or choose the file from its folder.")));
      return;
    }
  self->path = g_steal_pointer (&path);
  self->inspecting = g_cancellable_new ();
  show_state (self, MAINSTAY_UPLOAD_FILE_INSPECTING, MAINSTAY_CHECK_WAITING,
              g_strdup (_("Looking into the file…")), NULL);
  inspection = g_new (Inspection, 1);
  inspection->group = g_object_ref (self);
  inspection->cancellable = g_object_ref (self->inspecting);
  mainstay_file_check_run_async (self->path, self->kind, inspection_progress_cb, inspection,
                                 self->inspecting, file_inspected_cb, inspection);
}

static gboolean
typing_paused_cb (gpointer user_data)
{
  MainstayUploadFileGroup *self = MAINSTAY_UPLOAD_FILE_GROUP (user_data);

  self->typing_id = 0;
  inspect (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\n")] == '\0';
}

static void
path_changed_cb (MainstayUploadFileGroup *self)
{
  gboolean blank = is_blank (gtk_editable_get_text (self->path_row));

  forget_file (self);
  gtk_widget_set_visible (self->clear_button, !blank);
  if (blank)
    {
      show_state (self, MAINSTAY_UPLOAD_FILE_NONE, MAINSTAY_CHECK_NOTE, g_strdup (""), NULL);
      return;
    }
  self->typing_id = g_timeout_add (TYPING_PAUSE_MS, typing_paused_cb, self);
  show_state (self, MAINSTAY_UPLOAD_FILE_INSPECTING, MAINSTAY_CHECK_WAITING,
              g_strdup (_("Looking into the file…")), NULL);
}

static void
path_activated_cb (MainstayUploadFileGroup *self)
{
  if (self->typing_id != 0)
    inspect (self);
}

static void
clear_clicked_cb (MainstayUploadFileGroup *self)
{
  gtk_editable_set_text (self->path_row, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->path_row));
}

static void
set_file (MainstayUploadFileGroup *self,
          GFile                   *file)
{
  g_autofree char *text = NULL;

  if (g_file_peek_path (file) == NULL)
    return;
  text = mainstay_file_dialog_format_path (g_file_peek_path (file));
  gtk_editable_set_text (self->path_row, text);
  inspect (self);
}

static void
file_chosen_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(MainstayUploadFileGroup) self = MAINSTAY_UPLOAD_FILE_GROUP (user_data);
  g_autoptr(GFile) file = mainstay_file_dialog_open_finish (result, NULL);

  g_clear_object (&self->choosing);
  if (file != NULL)
    set_file (self, file);
}

static GtkFileFilter *
make_filter (MainstayUploadFileGroup *self)
{
  size_t kind = find_kind (self);
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _(kinds[kind].filter));
  for (int i = 0; kinds[kind].suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, kinds[kind].suffixes[i]);
  return filter;
}

static void
choose_clicked_cb (MainstayUploadFileGroup *self)
{
  g_autoptr(GtkFileFilter) filter = NULL;

  if (self->choosing != NULL)
    return;
  filter = make_filter (self);
  self->choosing = g_cancellable_new ();
  mainstay_file_dialog_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                   _(kinds[find_kind (self)].choose), filter, self->choosing,
                                   file_chosen_cb, g_object_ref (self));
}

static void
folder_chosen_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(MainstayUploadFileGroup) self = MAINSTAY_UPLOAD_FILE_GROUP (user_data);
  g_autoptr(GFile) folder = mainstay_file_dialog_open_folder_finish (result, NULL);

  g_clear_object (&self->choosing);
  if (folder != NULL)
    set_file (self, folder);
}

static void
folder_clicked_cb (MainstayUploadFileGroup *self)
{
  if (self->choosing != NULL)
    return;
  self->choosing = g_cancellable_new ();
  mainstay_file_dialog_open_folder_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                          _("Choose a Folder of Uploaded Files"), self->choosing,
                                          folder_chosen_cb, g_object_ref (self));
}

static gboolean
file_dropped_cb (MainstayUploadFileGroup *self,
                 const GValue            *value)
{
  set_file (self, g_value_get_object (value));
  return TRUE;
}

static gboolean
mainstay_upload_file_group_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (MAINSTAY_UPLOAD_FILE_GROUP (widget)->path_row));
}

static void
mainstay_upload_file_group_unroot (GtkWidget *widget)
{
  MainstayUploadFileGroup *self = MAINSTAY_UPLOAD_FILE_GROUP (widget);

  /* What is under way holds a reference: it ends with the dialog. */
  forget_file (self);
  g_cancellable_cancel (self->choosing);

  GTK_WIDGET_CLASS (mainstay_upload_file_group_parent_class)->unroot (widget);
}

static void
mainstay_upload_file_group_dispose (GObject *object)
{
  MainstayUploadFileGroup *self = MAINSTAY_UPLOAD_FILE_GROUP (object);

  forget_file (self);
  g_clear_object (&self->choosing);

  G_OBJECT_CLASS (mainstay_upload_file_group_parent_class)->dispose (object);
}

static void
mainstay_upload_file_group_class_init (MainstayUploadFileGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_upload_file_group_dispose;
  widget_class->grab_focus = mainstay_upload_file_group_grab_focus;
  widget_class->unroot = mainstay_upload_file_group_unroot;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", MAINSTAY_TYPE_UPLOAD_FILE_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  g_type_ensure (MAINSTAY_TYPE_CHECK_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-upload-file-group.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadFileGroup, path_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadFileGroup, clear_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadFileGroup, folder_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadFileGroup, choose_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayUploadFileGroup, findings_row);
  gtk_widget_class_bind_template_callback (widget_class, path_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, path_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, folder_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked_cb);
}

static void
mainstay_upload_file_group_init (MainstayUploadFileGroup *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (file_dropped_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
set_name (GtkWidget  *button,
          const char *name)
{
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

/** mainstay_upload_file_group_set_kind: Says whether it is for a database or for uploaded files. */
void
mainstay_upload_file_group_set_kind (MainstayUploadFileGroup *self,
                                     MainstayFileKind         kind)
{
  size_t i;

  g_return_if_fail (MAINSTAY_IS_UPLOAD_FILE_GROUP (self));
  g_return_if_fail (kind == MAINSTAY_FILE_DATABASE || kind == MAINSTAY_FILE_FILES);

  self->kind = kind;
  i = find_kind (self);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path_row), _(kinds[i].title));
  gtk_widget_set_visible (self->folder_button, kind == MAINSTAY_FILE_FILES);
  set_name (self->choose_button, _(kinds[i].choose));
  set_name (self->clear_button, _(kinds[i].clear));
}

/** mainstay_upload_file_group_get_state: Returns: how the file stands */
MainstayUploadFileState
mainstay_upload_file_group_get_state (MainstayUploadFileGroup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_FILE_GROUP (self), MAINSTAY_UPLOAD_FILE_NONE);

  return self->state;
}

/** mainstay_upload_file_group_get_path: Returns: (nullable): the path of a good file */
const char *
mainstay_upload_file_group_get_path (MainstayUploadFileGroup *self)
{
  g_return_val_if_fail (MAINSTAY_IS_UPLOAD_FILE_GROUP (self), NULL);

  return self->state == MAINSTAY_UPLOAD_FILE_GOOD ? self->path : NULL;
}

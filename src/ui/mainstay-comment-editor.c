/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-comment-editor.h"

#define DRAFT_KEY "mainstay-comment-draft"

struct _MainstayCommentEditor
{
  GtkBox parent_instance;

  /* Template widgets. */
  GtkLabel *title_label;
  GtkTextView *text_view;
  GtkTextBuffer *buffer;
  GtkRevealer *revealer;
  GtkSpinner *spinner;

  /* Owned. */
  MainstayBackupList *list;
  MainstayBackup *backup;
  gulong comment_id;

  gboolean locked;
  gboolean saving;
  gboolean filling; /* the text changes, but not by a person */
};

/* Which backup an answer is about: another may be shown by the time it comes. */
typedef struct
{
  MainstayCommentEditor *self;
  MainstayBackupList *list;
  MainstayBackup *backup;
} Save;

static void
save_free (Save *save)
{
  g_clear_object (&save->self);
  g_clear_object (&save->list);
  g_clear_object (&save->backup);
  g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

enum { FAILED, N_SIGNALS };

static unsigned int signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MainstayCommentEditor, mainstay_comment_editor, GTK_TYPE_BOX)

static char *
dup_text (MainstayCommentEditor *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static const char *
get_comment (MainstayCommentEditor *self)
{
  const char *comment = self->backup != NULL ? mainstay_backup_get_comment (self->backup) : NULL;

  return comment != NULL ? comment : "";
}

static gboolean
is_changed (MainstayCommentEditor *self)
{
  g_autofree char *text = dup_text (self);

  return self->backup != NULL && !g_str_equal (text, get_comment (self));
}

static void
update (MainstayCommentEditor *self)
{
  gboolean changed = is_changed (self);
  gboolean editable = self->backup != NULL && self->list != NULL && !self->locked && !self->saving;

  gtk_text_view_set_editable (self->text_view, editable);
  gtk_text_view_set_cursor_visible (self->text_view, editable);
  gtk_revealer_set_reveal_child (self->revealer, changed);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->saving);
  gtk_spinner_set_spinning (self->spinner, self->saving);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comment.save", changed && editable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comment.discard", changed && editable);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view),
                                  GTK_ACCESSIBLE_PROPERTY_READ_ONLY, !editable, -1);
}

static void
fill (MainstayCommentEditor *self,
      const char            *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  self->filling = TRUE;
  gtk_text_buffer_set_text (self->buffer, valid, -1);
  self->filling = FALSE;
  update (self);
}

static void
buffer_changed_cb (MainstayCommentEditor *self)
{
  if (self->filling)
    return;
  if (self->backup != NULL)
    g_object_set_data_full (G_OBJECT (self->backup), DRAFT_KEY,
                            is_changed (self) ? dup_text (self) : NULL, g_free);
  update (self);
}

static void
revert (MainstayCommentEditor *self)
{
  if (self->backup != NULL)
    g_object_set_data (G_OBJECT (self->backup), DRAFT_KEY, NULL);
  fill (self, get_comment (self));
}

/* What a person is typing is not overwritten by news from the server. */
static void
comment_changed_cb (MainstayCommentEditor *self)
{
  if (g_object_get_data (G_OBJECT (self->backup), DRAFT_KEY) == NULL)
    fill (self, get_comment (self));
  else
    update (self);
}

static void
end_saving (MainstayCommentEditor *self,
            MainstayBackup        *backup)
{
  g_object_set_data (G_OBJECT (backup), DRAFT_KEY, NULL);
  self->saving = FALSE;
  if (self->text_view == NULL) /* the window was closed meanwhile */
    return;
  if (self->backup == backup)
    revert (self);
  else
    update (self);
}

static void
comment_set_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(Save) save = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayBackup) newer =
    mainstay_client_set_comment_finish (MAINSTAY_CLIENT (object), result, &error);

  if (newer != NULL)
    mainstay_backup_list_merge (save->list, newer);
  end_saving (save->self, save->backup);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (save->self, signals[FAILED], 0, error);
}

static void
save_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  MainstayCommentEditor *self = MAINSTAY_COMMENT_EDITOR (widget);
  g_autofree char *text = dup_text (self);
  Save *save;

  if (self->saving || self->list == NULL || self->backup == NULL)
    return;
  save = g_new0 (Save, 1);
  save->self = g_object_ref (self);
  save->list = g_object_ref (self->list);
  save->backup = g_object_ref (self->backup);
  self->saving = TRUE;
  update (self);
  mainstay_client_set_comment_async (
    mainstay_backup_list_get_client (self->list), mainstay_backup_list_get_app (self->list),
    mainstay_environment_get_id (mainstay_backup_list_get_environment (self->list)),
    mainstay_backup_get_id (self->backup), text, NULL, comment_set_cb, save);
}

static void
discard_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  revert (MAINSTAY_COMMENT_EDITOR (widget));
}

static void
mainstay_comment_editor_dispose (GObject *object)
{
  MainstayCommentEditor *self = MAINSTAY_COMMENT_EDITOR (object);

  if (self->backup != NULL)
    g_clear_signal_handler (&self->comment_id, self->backup);
  g_clear_object (&self->backup);
  g_clear_object (&self->list);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_COMMENT_EDITOR);

  G_OBJECT_CLASS (mainstay_comment_editor_parent_class)->dispose (object);
}

static void
mainstay_comment_editor_class_init (MainstayCommentEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_comment_editor_dispose;

  signals[FAILED] = g_signal_new ("failed", MAINSTAY_TYPE_COMMENT_EDITOR, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-comment-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayCommentEditor, title_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayCommentEditor, text_view);
  gtk_widget_class_bind_template_child (widget_class, MainstayCommentEditor, buffer);
  gtk_widget_class_bind_template_child (widget_class, MainstayCommentEditor, revealer);
  gtk_widget_class_bind_template_child (widget_class, MainstayCommentEditor, spinner);
  gtk_widget_class_bind_template_callback (widget_class, buffer_changed_cb);
  gtk_widget_class_install_action (widget_class, "comment.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "comment.discard", NULL, discard_action);
}

static void
mainstay_comment_editor_init (MainstayCommentEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

void
mainstay_comment_editor_set_backup (MainstayCommentEditor *self,
                                    MainstayBackupList    *list,
                                    MainstayBackup        *backup)
{
  const char *draft;

  g_return_if_fail (MAINSTAY_IS_COMMENT_EDITOR (self));
  g_return_if_fail (backup == NULL || MAINSTAY_IS_BACKUP (backup));

  g_set_object (&self->list, list);
  if (self->backup == backup)
    {
      update (self);
      return;
    }
  if (self->backup != NULL)
    g_clear_signal_handler (&self->comment_id, self->backup);
  g_set_object (&self->backup, backup);
  if (backup != NULL)
    self->comment_id = g_signal_connect_object (backup, "notify::comment",
                                                G_CALLBACK (comment_changed_cb), self,
                                                G_CONNECT_SWAPPED);
  draft = backup != NULL ? g_object_get_data (G_OBJECT (backup), DRAFT_KEY) : NULL;
  fill (self, draft != NULL ? draft : get_comment (self));
}

void
mainstay_comment_editor_set_locked (MainstayCommentEditor *self,
                                    const char            *reason)
{
  g_return_if_fail (MAINSTAY_IS_COMMENT_EDITOR (self));

  self->locked = reason != NULL;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->text_view), reason);
  update (self);
}

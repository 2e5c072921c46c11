/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * The one file that knows GtkFileChooserNative, which a later GTK replaces.
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-file-dialog.h"

#include <glib/gi18n.h>

static void
chooser_cancelled_cb (GCancellable    *cancellable,
                      GtkNativeDialog *chooser)
{
  g_signal_emit_by_name (chooser, "response", GTK_RESPONSE_CANCEL);
}

static GFile *
dup_chosen (GtkFileChooser *chooser)
{
  g_autoptr(GFile) file = gtk_file_chooser_get_file (chooser);

  return file != NULL && g_file_peek_path (file) != NULL ? g_steal_pointer (&file) : NULL;
}

static void
chooser_answered_cb (GtkNativeDialog *chooser,
                     int              response,
                     gpointer         user_data)
{
  g_autoptr(GTask) task = g_object_ref (G_TASK (user_data));
  GFile *file = NULL;

  g_signal_handlers_disconnect_by_func (chooser, chooser_answered_cb, user_data);
  if (response == GTK_RESPONSE_ACCEPT)
    file = dup_chosen (GTK_FILE_CHOOSER (chooser));
  gtk_native_dialog_hide (chooser);
  if (file != NULL)
    g_task_return_pointer (task, file, g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "No file was chosen");
  /* The chooser was held by the task, and the task by its signal handler. */
  g_task_set_task_data (task, NULL, NULL);
}

/* Takes @chooser. */
static void
show_chooser (GtkFileChooserNative *chooser,
              GtkWindow            *parent,
              gpointer              source_tag,
              GCancellable         *cancellable,
              GAsyncReadyCallback   callback,
              gpointer              user_data)
{
  g_autoptr(GTask) task = g_task_new (parent, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, chooser, g_object_unref);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (chooser_cancelled_cb), chooser,
                             0);
  g_signal_connect_data (chooser, "response", G_CALLBACK (chooser_answered_cb),
                         g_object_ref (task), (GClosureNotify) g_object_unref, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * mainstay_file_dialog_open_async:
 * @parent: the window it belongs to
 * @title: what it asks for
 * @filter: (nullable): which files it shows at first
 * @cancellable: (nullable): closes it
 *
 * Asks for a file that exists.
 */
void
mainstay_file_dialog_open_async (GtkWindow           *parent,
                                 const char          *title,
                                 GtkFileFilter       *filter,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GtkFileChooserNative *chooser;
  g_autoptr(GtkFileFilter) all = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  chooser = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  if (filter != NULL)
    {
      all = gtk_file_filter_new ();
      gtk_file_filter_set_name (all, _("All Files"));
      gtk_file_filter_add_pattern (all, "*");
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
    }
  show_chooser (chooser, parent, mainstay_file_dialog_open_async, cancellable, callback,
                user_data);
}

GFile *
mainstay_file_dialog_open_finish (GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_file_dialog_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * mainstay_file_dialog_open_folder_async:
 * @parent: the window it belongs to
 * @title: what it asks for
 * @cancellable: (nullable): closes it
 *
 * Asks for a folder that exists.
 */
void
mainstay_file_dialog_open_folder_async (GtkWindow           *parent,
                                        const char          *title,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_return_if_fail (GTK_IS_WINDOW (parent));

  show_chooser (gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                             NULL, NULL),
                parent, mainstay_file_dialog_open_folder_async, cancellable, callback, user_data);
}

GFile *
mainstay_file_dialog_open_folder_finish (GAsyncResult  *result,
                                         GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_file_dialog_open_folder_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * mainstay_file_dialog_save_async:
 * @parent: the window it belongs to
 * @title: what it asks for
 * @suggested: the file to begin with
 * @cancellable: (nullable): closes it
 *
 * Asks for a place and a name. That a file is already there is asked about by the chooser itself.
 */
void
mainstay_file_dialog_save_async (GtkWindow           *parent,
                                 const char          *title,
                                 GFile               *suggested,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr(GFile) folder = NULL;
  g_autofree char *name = NULL;
  GtkFileChooserNative *chooser;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (G_IS_FILE (suggested));

  chooser = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  folder = g_file_get_parent (suggested);
  name = g_file_get_basename (suggested);
  if (folder != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  show_chooser (chooser, parent, mainstay_file_dialog_save_async, cancellable, callback,
                user_data);
}

GFile *
mainstay_file_dialog_save_finish (GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_file_dialog_save_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * mainstay_file_dialog_parse_path:
 * @typed: what a person typed or pasted
 *
 * Returns: (transfer full) (nullable): the path it means, %NULL when it is not a whole one
 */
char *
mainstay_file_dialog_parse_path (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));

  if (g_str_has_prefix (text, "file://"))
    return g_filename_from_uri (text, NULL, NULL);
  if (g_str_equal (text, "~") || g_str_has_prefix (text, "~/"))
    return g_build_filename (g_get_home_dir (), text + 1, NULL);
  return g_path_is_absolute (text) ? g_steal_pointer (&text) : NULL;
}

/**
 * mainstay_file_dialog_format_path:
 * @path: a path
 *
 * Returns: (transfer full): what mainstay_file_dialog_parse_path() turns into @path, in UTF-8
 */
char *
mainstay_file_dialog_format_path (const char *path)
{
  return g_utf8_validate (path, -1, NULL) ? g_strdup (path) : g_filename_to_uri (path, NULL, NULL);
}

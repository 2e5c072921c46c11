/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * The one file that knows AdwMessageDialog, which a later libadwaita replaces.
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-message-dialog.h"

#include "config.h"
#include "mainstay-message.h"

#include <glib/gi18n.h>

/* Narrower than the narrowest dialog. */
#define HEADING_WIDTH 200

/* libadwaita keeps a heading in two sizes of type and measures both for widths that only one fits
 * in, of which newer GTKs complain. With one least width for both there is no such width; the
 * larger one may end in “…” to have it, but is never shown where it would. */
static void
let_heading_shrink (GtkWidget *widget)
{
  if (gtk_widget_has_css_class (widget, "title-2"))
    gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
  if (gtk_widget_has_css_class (widget, "title-2") || gtk_widget_has_css_class (widget, "title-4"))
    gtk_widget_set_size_request (widget, HEADING_WIDTH, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    let_heading_shrink (child);
}

static GtkWidget *
make_dialog (GtkWindow  *parent,
             const char *heading,
             const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  let_heading_shrink (dialog);
  return dialog;
}

static void
question_answered_cb (AdwMessageDialog *dialog,
                      const char       *response,
                      gpointer          user_data)
{
  g_autoptr(GTask) task = g_object_ref (user_data);

  /* The first answer counts: on libadwaita 1.2 closing the dialog emits another. */
  g_signal_handlers_disconnect_by_func (dialog, question_answered_cb, user_data);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, (gpointer) g_intern_string (response), NULL);
}

static void
question_cancelled_cb (GCancellable *cancellable,
                       GtkWindow    *dialog)
{
  gtk_window_close (dialog);
}

static void
add_responses (AdwMessageDialog       *dialog,
               const MainstayResponse *responses,
               unsigned int            n_responses)
{
  adw_message_dialog_add_response (dialog, "cancel", _("Cancel"));
  for (unsigned int i = 0; i < n_responses; i++)
    {
      adw_message_dialog_add_response (dialog, responses[i].id, responses[i].label);
      adw_message_dialog_set_response_appearance (dialog, responses[i].id,
                                                  responses[i].appearance);
    }
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
}

void
mainstay_message_dialog_async (GtkWindow              *parent,
                               const char             *heading,
                               const char             *body,
                               const MainstayResponse *responses,
                               unsigned int            n_responses,
                               GCancellable           *cancellable,
                               GAsyncReadyCallback     callback,
                               gpointer                user_data)
{
  g_autoptr(GTask) task = NULL;
  GtkWidget *dialog;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_message_dialog_async);

  dialog = make_dialog (parent, heading, body);
  add_responses (ADW_MESSAGE_DIALOG (dialog), responses, n_responses);
  g_signal_connect_data (dialog, "response", G_CALLBACK (question_answered_cb),
                         g_steal_pointer (&task), (GClosureNotify) g_object_unref, 0);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (question_cancelled_cb), dialog,
                             0);
  gtk_window_present (GTK_WINDOW (dialog));
}

const char *
mainstay_message_dialog_finish (GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_message_dialog_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
mainstay_message_dialog_show_error (GtkWindow    *parent,
                                    const GError *error)
{
  g_autoptr(MainstayMessage) message = mainstay_message_new (error);
  g_autofree char *body = mainstay_message_dup_body (message);
  GtkWidget *dialog = make_dialog (parent, message->title, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

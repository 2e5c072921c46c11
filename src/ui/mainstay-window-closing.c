/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * What is kept of a window, and what happens when it is closed:
 * - With nothing under way it goes, and the program with it.
 * - With work under way it is asked whether that goes on without a window. Then the window is only
 *   hidden: starting the program again shows it, and it goes when the work has ended.
 * - Quitting pauses transfers, which go on the next time. What the portal has begun it ends by
 *   itself; nothing is told to stop.
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "config.h"
#include "mainstay-message-dialog.h"
#include "mainstay-window-private.h"

#include <glib/gi18n.h>

void
_mainstay_window_save_state (MainstayWindow *self)
{
  int width, height;
  gboolean descending = FALSE;
  const char *column = mainstay_backup_view_get_sorted (self->backup_view, &descending);

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  if (column == NULL)
    return;
  g_settings_set_string (self->settings, "sort-column", column);
  g_settings_set_boolean (self->settings, "sort-descending", descending);
}

void
_mainstay_window_restore_state (MainstayWindow *self)
{
  g_autofree char *column = g_settings_get_string (self->settings, "sort-column");
  int width, height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  mainstay_backup_view_sort (self->backup_view, column,
                             g_settings_get_boolean (self->settings, "sort-descending"));
  if (g_settings_get_boolean (self->settings, "show-details"))
    _mainstay_window_set_pane (self, MAINSTAY_PANE_DETAILS);
}

/* What quitting means differs by what is under way. */
typedef struct
{
  unsigned int active;
  gboolean kept;    /* a transfer that goes on the next time */
  gboolean lost;    /* a transfer that does not */
  gboolean begun;   /* what the portal works on by itself */
  gboolean unbegun; /* a restore that has not been asked for yet */
} UnderWay;

static void
add_up (MainstayWindow    *self,
        MainstayOperation *operation,
        UnderWay          *work)
{
  work->active++;
  if (mainstay_operation_is_resumable (operation))
    {
      gboolean kept = mainstay_application_keeps (self->application, operation);

      work->kept = work->kept || kept;
      work->lost = work->lost || !kept;
    }
  else if (mainstay_operation_get_step (operation) == MAINSTAY_STEP_SAFETY_BACKUP)
    work->unbegun = TRUE;
  else
    work->begun = TRUE;
}

static UnderWay
find_work (MainstayWindow *self)
{
  GListModel *model = G_LIST_MODEL (self->operations);
  UnderWay work = { 0 };

  for (unsigned int i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayOperation) operation = g_list_model_get_item (model, i);

      if (mainstay_operation_is_active (operation))
        add_up (self, operation, &work);
    }
  return work;
}

static void
add_sentence (GString    *text,
              gboolean    holds,
              const char *sentence)
{
  if (holds)
    g_string_append_printf (text, "\n\n%s", sentence);
}

static char *
dup_question (const UnderWay *work)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (
    text,
    ngettext ("%u operation is under way. It can go on in the background, without a window; a "
              "notification tells when it has ended.",
              "%u operations are under way. They can go on in the background, without a window; "
              "notifications tell when they have ended.",
              work->active),
    work->active);
  add_sentence (text, work->kept,
                _("Quitting pauses downloads and data uploads. They go on where they were when "
                  "Mainstay is started again."));
  add_sentence (text, work->lost,
                _("Transfers with the sample portal end with Mainstay, as that portal does."));
  add_sentence (text, work->begun,
                _("What the portal has begun, it brings to an end by itself."));
  add_sentence (text, work->unbegun,
                _("A restore whose safety backup is still being made does not begin."));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Not in the answer itself: a dialog of GTK 4.8 that answers would touch a parent that is gone. */
static gboolean
leave_cb (gpointer user_data)
{
  gtk_window_destroy (GTK_WINDOW (user_data));
  return G_SOURCE_REMOVE;
}

static gboolean
quit_cb (gpointer user_data)
{
  MainstayWindow *self = MAINSTAY_WINDOW (user_data);

  if (self->application != NULL)
    mainstay_application_pause_and_quit (self->application);
  return leave_cb (user_data);
}

static void
closing_answered_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr(MainstayWindow) self = MAINSTAY_WINDOW (user_data);
  const char *response = mainstay_message_dialog_finish (result, NULL);
  gboolean quits = g_strcmp0 (response, "quit") == 0;

  self->questioned = FALSE;
  if (response == NULL || g_str_equal (response, "cancel"))
    return;
  self->closing = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (quits || mainstay_operation_list_get_active_count (self->operations) == 0)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, quits ? quit_cb : leave_cb, g_object_ref (self),
                     g_object_unref);
}

static void
ask_before_closing (MainstayWindow *self)
{
  UnderWay work = find_work (self);
  g_autofree char *body = dup_question (&work);
  const MainstayResponse responses[] = {
    { "quit", _("Pause and Quit"), ADW_RESPONSE_DESTRUCTIVE },
    { "go-on", _("Go On in the Background"), ADW_RESPONSE_SUGGESTED },
  };

  if (self->questioned)
    return;
  self->questioned = TRUE;
  mainstay_message_dialog_async (GTK_WINDOW (self), _("Close Mainstay?"), body,
                                 responses, G_N_ELEMENTS (responses), self->cancellable,
                                 closing_answered_cb, g_object_ref (self));
}

gboolean
_mainstay_window_may_close (MainstayWindow *self)
{
  _mainstay_window_save_state (self);
  if (self->closing || mainstay_operation_list_get_active_count (self->operations) == 0)
    return TRUE;
  ask_before_closing (self);
  return FALSE;
}

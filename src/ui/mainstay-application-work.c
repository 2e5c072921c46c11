/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * What the program does about the operations that it runs: it stays, keeps the system awake, tells
 * when they have ended, and leaves transfers so that they go on another time.
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-application-private.h"

#include "config.h"
#include "mainstay-operation-text.h"
#include "mainstay-rate-limit.h"

#include <glib/gi18n.h>

#define STOPPING_PATIENCE 3 /* seconds */

static void
hold_while_active (MainstayApplication *self)
{
  gboolean active = mainstay_operation_list_get_active_count (self->operations) > 0;

  if (active == self->held)
    return;
  self->held = active;
  if (active)
    g_application_hold (G_APPLICATION (self));
  else
    g_application_release (G_APPLICATION (self));
}

/* One cookie for all of them; what is paused or waits for its account keeps nobody awake. */
static void
inhibit_while_running (MainstayApplication *self)
{
  gboolean running = mainstay_operation_list_get_has_running (self->operations);

  if (running && self->inhibit_cookie == 0)
    self->inhibit_cookie = gtk_application_inhibit (
      GTK_APPLICATION (self), _mainstay_application_get_window (self),
      GTK_APPLICATION_INHIBIT_LOGOUT | GTK_APPLICATION_INHIBIT_SUSPEND,
      _("Backups are being worked on"));
  else if (!running && self->inhibit_cookie != 0)
    {
      gtk_application_uninhibit (GTK_APPLICATION (self), self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

static void
operation_finished_cb (MainstayOperationList *operations,
                       MainstayOperation     *operation,
                       MainstayApplication   *self)
{
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_for_operation (operation);
  g_autoptr(GNotification) notification = NULL;
  GtkWindow *window = _mainstay_application_get_window (self);

  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_CANCELLED ||
      (window != NULL && gtk_window_is_active (window)))
    return;
  notification = g_notification_new (text->title);
  g_notification_set_body (notification, text->subtitle);
  g_application_send_notification (G_APPLICATION (self), NULL, notification);
}

void
_mainstay_application_follow_operations (MainstayApplication *self)
{
  g_signal_connect_object (self->operations, "notify::active-count",
                           G_CALLBACK (hold_while_active), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->operations, "notify::has-running",
                           G_CALLBACK (inhibit_while_running), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->operations, "finished", G_CALLBACK (operation_finished_cb), self,
                           0);
}

static void
speed_limit_changed_cb (MainstayApplication *self)
{
  mainstay_rate_limit_set_rate (mainstay_rate_limit_get_default (),
                                g_settings_get_uint64 (self->settings, "speed-limit"));
}

void
_mainstay_application_follow_settings (MainstayApplication *self)
{
  g_settings_bind (self->settings, "transfers-at-once", self->operations, "max-running",
                   G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->settings, "changed::speed-limit",
                           G_CALLBACK (speed_limit_changed_cb), self, G_CONNECT_SWAPPED);
  speed_limit_changed_cb (self);
}

static gboolean
patience_ended_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* The main loop has ended already, and what stops needs one. */
void
_mainstay_application_stop_transfers (MainstayApplication *self)
{
  gboolean ended = FALSE;
  unsigned int patience = g_timeout_add_seconds (STOPPING_PATIENCE, patience_ended_cb, &ended);

  mainstay_operation_list_hold_all (self->operations);
  while (!ended && mainstay_operation_list_is_stopping (self->operations))
    g_main_context_iteration (NULL, TRUE);
  if (!ended)
    g_source_remove (patience);
}

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
#include "mainstay-operations.h"
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

/* Where a button leads depends on what there is to be seen. */
static GNotification *
make_notification (MainstayOperation     *operation,
                   MainstayOperationText *text)
{
  GNotification *notification = g_notification_new (text->title);
  gboolean failed = mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_FAILED;

  g_notification_set_body (notification, text->subtitle);
  g_notification_set_default_action (notification, "app.show-activity");
  if (failed)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  if (!failed && mainstay_operation_get_kind (operation) == MAINSTAY_OPERATION_DOWNLOAD)
    g_notification_add_button_with_target (
      notification, _("Show in Folder"), "app.show-in-folder", "^ay",
      mainstay_download_operation_get_path (operation));
  else
    g_notification_add_button (notification, _("Show Activity"), "app.show-activity");
  return notification;
}

static void
operation_finished_cb (MainstayOperationList *operations,
                       MainstayOperation     *operation,
                       MainstayApplication   *self)
{
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_for_operation (operation);
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *id = NULL;
  GtkWindow *window = _mainstay_application_get_window (self);

  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_CANCELLED ||
      (window != NULL && gtk_window_is_active (window)))
    return;
  notification = make_notification (operation, text);
  id = g_strdup_printf ("operation-%p", operation);
  g_application_send_notification (G_APPLICATION (self), id, notification);
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

/* Each kind that can go on after a restart. */
static MainstayTransferRegistry *
make_registry (void)
{
  MainstayTransferRegistry *registry = mainstay_transfer_registry_new (NULL);

  mainstay_transfer_registry_add_kind (registry, MAINSTAY_OPERATION_DOWNLOAD,
                                       mainstay_download_operation_new_from_record);
  mainstay_transfer_registry_add_kind (registry, MAINSTAY_OPERATION_UPLOAD,
                                       mainstay_upload_operation_new_from_record);
  return registry;
}

static MainstayTransferKeeper *
get_keeper (MainstayApplication *self)
{
  if (self->keeper == NULL)
    {
      g_autoptr(MainstayTransferRegistry) registry = make_registry ();

      self->keeper = mainstay_transfer_keeper_new (self->operations, self->accounts, registry);
    }
  return self->keeper;
}

void
_mainstay_application_start_transfers (MainstayApplication *self)
{
  if (self->transfers_started)
    return;
  self->transfers_started = TRUE;
  mainstay_transfer_keeper_start (get_keeper (self));
}

static gboolean
is_of_sample (MainstayApplication *self,
              MainstayAccount     *account)
{
  return self->sample != NULL &&
         g_strcmp0 (mainstay_sample_portal_get_url (self->sample),
                    mainstay_account_get_url (account)) == 0;
}

void
_mainstay_application_go_on (MainstayApplication *self)
{
  MainstayTransferKeeper *keeper = get_keeper (self);
  MainstayAccount *account;
  MainstayClient *client;

  if (self->session == NULL)
    return;
  account = mainstay_session_get_account (self->session);
  client = mainstay_session_get_client (self->session);
  if (is_of_sample (self, account))
    mainstay_transfer_keeper_never_keep (keeper, client);
  else
    mainstay_transfer_keeper_connected (keeper, account, client);
}

gboolean
mainstay_application_keeps (MainstayApplication *self,
                            MainstayOperation   *operation)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (self), FALSE);

  return mainstay_transfer_keeper_keeps (get_keeper (self), operation);
}

void
mainstay_application_pause_and_quit (MainstayApplication *self)
{
  g_return_if_fail (MAINSTAY_IS_APPLICATION (self));

  /* The rest happens when the main loop has ended, as it does when the system ends the program. */
  g_application_quit (G_APPLICATION (self));
}

static gboolean
patience_ended_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
flushed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(MainstayApplication) self = MAINSTAY_APPLICATION (user_data);

  mainstay_transfer_registry_flush_finish (MAINSTAY_TRANSFER_REGISTRY (object), result, NULL);
  self->transfers_flushed = TRUE;
}

/* The main loop has ended already, and what stops needs one. What a disk or a portal does not do
 * in time is left as after a crash, which loses nothing. */
void
_mainstay_application_stop_transfers (MainstayApplication *self)
{
  gboolean ended = FALSE;
  unsigned int patience = g_timeout_add_seconds (STOPPING_PATIENCE, patience_ended_cb, &ended);

  mainstay_transfer_keeper_stop (get_keeper (self));
  while (!ended && mainstay_operation_list_is_stopping (self->operations))
    g_main_context_iteration (NULL, TRUE);
  mainstay_transfer_keeper_flush_async (self->keeper, flushed_cb, g_object_ref (self));
  while (!ended && !self->transfers_flushed)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

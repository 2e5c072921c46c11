/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "config.h"
#include "mainstay-dialogs.h"
#include "mainstay-message.h"
#include "mainstay-message-dialog.h"
#include "mainstay-window-private.h"

#include <glib/gi18n.h>

static MainstayBackup *
get_selected (MainstayWindow *self)
{
  return mainstay_backup_view_get_selected (self->backup_view);
}

static gboolean
lacks (MainstayWindow     *self,
       MainstayExtensions  extension)
{
  return self->session == NULL ||
         (mainstay_client_get_extensions (mainstay_session_get_client (self->session)) &
          extension) == 0;
}

/* Each says why its verb cannot be done now, or NULL when it can. */

static const char *
why_not_at_all (MainstayWindow *self,
                const char     *verb)
{
  MainstayBackupList *list = _mainstay_window_get_list (self);

  if (list == NULL)
    return _("Choose an environment first.");
  if (g_error_matches (mainstay_backup_list_get_error (list), MAINSTAY_ERROR,
                       MAINSTAY_ERROR_NO_ACCESS))
    return _("You have no Access to Backups in this environment.");
  if (_mainstay_window_is_denied (self, verb))
    return _("You do not have permission to do this in this environment.");
  return NULL;
}

static const char *
why_no_create (MainstayWindow *self)
{
  return why_not_at_all (self, "create");
}

static const char *
why_no_upload (MainstayWindow *self)
{
  const char *reason = why_not_at_all (self, "upload");

  if (reason == NULL && lacks (self, MAINSTAY_EXTENSION_UPLOAD_DATA))
    return mainstay_message_missing_extension (MAINSTAY_EXTENSION_UPLOAD_DATA);
  return reason;
}

static const char *
why_no_selection (MainstayWindow *self,
                  const char     *verb)
{
  const char *reason = why_not_at_all (self, verb);

  if (reason == NULL && get_selected (self) == NULL)
    return _("Select a backup first.");
  return reason;
}

static const char *
why_no_restore (MainstayWindow *self)
{
  const char *reason = why_no_selection (self, "restore");

  if (reason == NULL && mainstay_backup_get_state (get_selected (self)) != MAINSTAY_JOB_COMPLETED)
    return _("Only a completed backup can be restored.");
  return reason;
}

static const char *
why_no_download (MainstayWindow *self)
{
  const char *reason = why_no_selection (self, "download");

  if (reason == NULL && mainstay_backup_get_state (get_selected (self)) != MAINSTAY_JOB_COMPLETED)
    return _("Only a completed backup can be downloaded.");
  return reason;
}

static const char *
why_no_delete (MainstayWindow *self)
{
  const char *reason = why_no_selection (self, "delete");

  if (reason == NULL &&
      !mainstay_job_state_is_finished (mainstay_backup_get_state (get_selected (self))))
    return _("This backup is still being made.");
  return reason;
}

static const char *
why_no_copy_id (MainstayWindow *self)
{
  return get_selected (self) == NULL ? _("Select a backup first.") : NULL;
}

static gboolean
is_waiting (MainstayWindow *self)
{
  MainstayEnvironment *environment = _mainstay_window_get_environment (self);

  return environment != NULL &&
         g_hash_table_contains (self->waiting, mainstay_environment_get_id (environment));
}

static MainstayEnvironmentStatus
get_status (MainstayWindow *self)
{
  MainstayEnvironment *environment = _mainstay_window_get_environment (self);

  return environment != NULL ? mainstay_environment_get_status (environment)
                             : MAINSTAY_ENVIRONMENT_UNKNOWN;
}

static const char *
why_no_start (MainstayWindow *self)
{
  if (is_waiting (self))
    return _("Wait until the app has started or stopped.");
  if (get_status (self) == MAINSTAY_ENVIRONMENT_EMPTY)
    return _("Nothing is deployed in this environment. Deploy a package first.");
  if (get_status (self) == MAINSTAY_ENVIRONMENT_RUNNING)
    return _("The app is running.");
  return _mainstay_window_get_environment (self) == NULL ? _("Choose an environment first.") : NULL;
}

static const char *
why_no_stop (MainstayWindow *self)
{
  if (is_waiting (self))
    return _("Wait until the app has started or stopped.");
  if (get_status (self) != MAINSTAY_ENVIRONMENT_RUNNING)
    return _("The app is not running.");
  return NULL;
}

static const char *
why_no_refresh (MainstayWindow *self)
{
  return self->session == NULL ? _("Connect to a portal first.") : NULL;
}

static const char *
why_no_pane (MainstayWindow *self)
{
  return _mainstay_window_get_list (self) == NULL ? _("Choose an environment first.") : NULL;
}

static const struct
{
  const char *action;
  const char *(*why_not) (MainstayWindow *self);
} verbs[] = {
  { "win.create-backup", why_no_create },
  { "win.upload-data", why_no_upload },
  { "win.restore", why_no_restore },
  { "win.download", why_no_download },
  { "win.delete", why_no_delete },
  { "win.copy-id", why_no_copy_id },
  { "win.start-app", why_no_start },
  { "win.stop-app", why_no_stop },
  { "win.refresh", why_no_refresh },
  { "win.search", why_no_pane },
  { "win.toggle-details", why_no_pane },
  { "win.activity", why_no_pane },
};

/* The reason takes the place of the tooltip while there is one; it is the description for those
 * who do not see it. */
static void
explain (GtkWidget  *button,
         const char *reason)
{
  static GQuark own_tooltip;
  const char *tooltip;

  if (own_tooltip == 0)
    own_tooltip = g_quark_from_static_string ("mainstay-own-tooltip");
  if (g_object_get_qdata (G_OBJECT (button), own_tooltip) == NULL)
    g_object_set_qdata_full (G_OBJECT (button), own_tooltip,
                             g_strdup (gtk_widget_get_tooltip_text (button) != NULL
                                         ? gtk_widget_get_tooltip_text (button)
                                         : ""),
                             g_free);
  tooltip = reason != NULL ? reason : g_object_get_qdata (G_OBJECT (button), own_tooltip);
  gtk_widget_set_tooltip_text (button, *tooltip != '\0' ? tooltip : NULL);
  if (*tooltip != '\0')
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    tooltip, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

/* Not into the list, whose rows are many and have no buttons. */
static void
explain_buttons (GtkWidget  *widget,
                 const char *action,
                 const char *reason)
{
  if (MAINSTAY_IS_BACKUP_VIEW (widget) || MAINSTAY_IS_ACTIVITY_VIEW (widget))
    return;
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    explain (widget, reason);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    explain_buttons (child, action, reason);
}

void
_mainstay_window_update_actions (MainstayWindow *self)
{
  gboolean running = get_status (self) == MAINSTAY_ENVIRONMENT_RUNNING;

  for (size_t i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      const char *reason = verbs[i].why_not (self);

      gtk_widget_action_set_enabled (GTK_WIDGET (self), verbs[i].action, reason == NULL);
      explain_buttons (GTK_WIDGET (self->narrow_bin), verbs[i].action, reason);
    }
  mainstay_backup_details_set_locked (self->backup_details, why_not_at_all (self, "comment"));
  gtk_widget_set_visible (self->start_button, !running);
  gtk_widget_set_visible (self->stop_button, running);
}

static void
create_backup_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  mainstay_create_backup_dialog_present (GTK_WINDOW (self), _mainstay_window_get_list (self),
                                         _mainstay_window_get_operations (self));
}

static void
upload_data_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  mainstay_upload_data_dialog_present (GTK_WINDOW (self), self->session,
                                       _mainstay_window_get_list (self),
                                       _mainstay_window_get_operations (self));
}

static void
restore_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  mainstay_restore_backup_dialog_present (GTK_WINDOW (self), self->session,
                                          _mainstay_window_get_list (self), get_selected (self),
                                          _mainstay_window_get_operations (self));
}

static void
download_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  mainstay_download_backup_dialog_present (GTK_WINDOW (self), _mainstay_window_get_list (self),
                                           get_selected (self),
                                           _mainstay_window_get_operations (self));
}

static void
delete_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  mainstay_delete_backup_dialog_present (GTK_WINDOW (self), _mainstay_window_get_list (self),
                                         get_selected (self));
}

static void
copy_id_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          mainstay_backup_get_id (get_selected (self)));
  _mainstay_window_toast (self, _("Snapshot ID copied"));
}

static void
refresh_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);

  g_hash_table_remove_all (self->denied);
  mainstay_application_refresh (self->application);
  mainstay_activity_view_reload (self->activity_view);
  _mainstay_window_update_actions (self);
}

static void
search_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  mainstay_backup_view_focus_search (MAINSTAY_WINDOW (widget)->backup_view);
}

static void
close_pane_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  _mainstay_window_set_pane (MAINSTAY_WINDOW (widget), MAINSTAY_PANE_NONE);
}

static void
toast_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  _mainstay_window_toast (MAINSTAY_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* What a start or a stop is about: the person may look elsewhere by the time it ends. */
typedef struct
{
  MainstayWindow *window;
  MainstaySession *session;
  MainstayApp *app;
  MainstayEnvironment *environment;
} Turn;

static Turn *
turn_new (MainstayWindow *self)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->window = g_object_ref (self);
  turn->session = g_object_ref (self->session);
  turn->app = g_object_ref (mainstay_session_get_app (self->session));
  turn->environment = g_object_ref (_mainstay_window_get_environment (self));
  return turn;
}

static void
turn_free (Turn *turn)
{
  g_clear_object (&turn->window);
  g_clear_object (&turn->session);
  g_clear_object (&turn->app);
  g_clear_object (&turn->environment);
  g_free (turn);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Turn, turn_free)

static void
end_turn (Turn         *turn,
          const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  mainstay_session_reload_environment (turn->session, turn->environment);
  _mainstay_window_set_waiting (turn->window, turn->environment, NULL);
  if (error != NULL)
    _mainstay_window_toast_error (turn->window, error);
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Turn) turn = user_data;
  g_autoptr(GError) error = NULL;

  mainstay_client_start_environment_finish (MAINSTAY_CLIENT (object), result, &error);
  end_turn (turn, error);
}

static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Turn) turn = user_data;
  g_autoptr(GError) error = NULL;

  mainstay_client_stop_environment_finish (MAINSTAY_CLIENT (object), result, &error);
  end_turn (turn, error);
}

static void
start_app_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);
  MainstayEnvironment *environment = _mainstay_window_get_environment (self);

  _mainstay_window_set_waiting (self, environment, _("Starting…"));
  mainstay_client_start_environment_async (
    mainstay_session_get_client (self->session), mainstay_session_get_app (self->session),
    mainstay_environment_get_mode (environment), self->cancellable, started_cb, turn_new (self));
}

static void
stop_confirmed_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(Turn) turn = user_data;
  const char *response = mainstay_message_dialog_finish (result, NULL);

  if (g_strcmp0 (response, "stop") != 0)
    return;
  _mainstay_window_set_waiting (turn->window, turn->environment, _("Stopping…"));
  mainstay_client_stop_environment_async (
    mainstay_session_get_client (turn->session), turn->app,
    mainstay_environment_get_mode (turn->environment), turn->window->cancellable, stopped_cb, turn);
  g_steal_pointer (&turn);
}

static void
stop_app_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  MainstayWindow *self = MAINSTAY_WINDOW (widget);
  const char *name = mainstay_environment_get_mode (_mainstay_window_get_environment (self));
  /* translators: %s is an environment */
  g_autofree char *heading = g_strdup_printf (_("Stop the App in %s?"), name);
  const MainstayResponse responses[] = {
    { "stop", _("Stop App"), ADW_RESPONSE_DESTRUCTIVE },
  };

  mainstay_message_dialog_async (GTK_WINDOW (self), heading,
                                 _("Nobody can use it until it is started again."), responses,
                                 G_N_ELEMENTS (responses), self->cancellable, stop_confirmed_cb,
                                 turn_new (self));
}

/* GTK would make them with the window when the file had the name that it looks for, and they take
 * a quarter of the time that the window itself does. */
static void
shortcuts_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (widget);

  if (gtk_application_window_get_help_overlay (window) == NULL)
    {
      g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource (
        "/io/github/mainstay_backups/Mainstay/mainstay-shortcuts.ui");

      gtk_application_window_set_help_overlay (
        window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
    }
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

static gboolean
file_dropped_cb (MainstayWindow *self,
                 const GValue   *value)
{
  mainstay_verify_file_dialog_present (GTK_WINDOW (self), g_value_get_object (value));
  return TRUE;
}

void
_mainstay_window_take_files (MainstayWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (file_dropped_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

void
_mainstay_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.create-backup", NULL, create_backup_action);
  gtk_widget_class_install_action (widget_class, "win.upload-data", NULL, upload_data_action);
  gtk_widget_class_install_action (widget_class, "win.restore", NULL, restore_action);
  gtk_widget_class_install_action (widget_class, "win.download", NULL, download_action);
  gtk_widget_class_install_action (widget_class, "win.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "win.copy-id", NULL, copy_id_action);
  gtk_widget_class_install_action (widget_class, "win.refresh", NULL, refresh_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.start-app", NULL, start_app_action);
  gtk_widget_class_install_action (widget_class, "win.stop-app", NULL, stop_app_action);
  gtk_widget_class_install_action (widget_class, "win.close-pane", NULL, close_pane_action);
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL, shortcuts_action);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_action);
  gtk_widget_class_install_property_action (widget_class, "win.toggle-details", "show-details");
  gtk_widget_class_install_property_action (widget_class, "win.activity", "show-activity");
}

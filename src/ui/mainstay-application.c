/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-application.h"

#include "config.h"
#include "mainstay-application-private.h"
#include "mainstay-dialogs.h"
#include "mainstay-error.h"
#include "mainstay-message-dialog.h"
#include "mainstay-preferences-window.h"
#include "mainstay-show-in-folder.h"
#include "mainstay-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <libsecret/secret.h>
#include <stdlib.h>

typedef enum { PROP_BUSY = 1, PROP_SESSION } MainstayApplicationProperty;

static GParamSpec *properties[PROP_SESSION + 1];

G_DEFINE_FINAL_TYPE (MainstayApplication, mainstay_application, ADW_TYPE_APPLICATION)

GtkWindow *
_mainstay_application_get_window (MainstayApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (; windows != NULL; windows = windows->next)
    if (MAINSTAY_IS_WINDOW (windows->data))
      return windows->data;
  return NULL;
}

static void
set_busy (MainstayApplication *self,
          const char          *busy)
{
  if (self->busy == busy)
    return;
  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
begin_connecting (MainstayApplication *self,
                  const char          *busy)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  set_busy (self, busy);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
end_connecting (MainstayApplication *self,
                const GError        *error)
{
  if (is_cancelled (error))
    return;
  set_busy (self, NULL);
  if (error != NULL)
    mainstay_message_dialog_show_error (_mainstay_application_get_window (self), error);
}

/* What goes wrong the session keeps, and the window shows. */
static void
session_refreshed_cb (GObject      *object,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  mainstay_session_refresh_finish (MAINSTAY_SESSION (object), result, NULL);
}

static void
use_account (MainstayApplication *self,
             MainstayAccount     *account,
             const char          *api_key)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayClient) client =
    mainstay_client_new (mainstay_account_get_url (account),
                         mainstay_account_get_username (account), api_key, &error);
  g_autoptr(MainstaySession) session = NULL;

  end_connecting (self, error);
  if (client == NULL)
    return;
  session = mainstay_session_new (account, client);
  mainstay_application_set_session (self, session);
}

static void
sample_started_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(MainstayApplication) self = MAINSTAY_APPLICATION (user_data);
  MainstaySamplePortal *sample = MAINSTAY_SAMPLE_PORTAL (object);
  g_autoptr(MainstayAccount) account = NULL;
  g_autoptr(GError) error = NULL;

  if (!mainstay_sample_portal_start_finish (sample, result, &error))
    {
      mainstay_sample_portal_stop (sample);
      if (self->sample == sample)
        g_clear_object (&self->sample);
      end_connecting (self, error);
      return;
    }
  account = mainstay_account_new (mainstay_sample_portal_get_url (sample),
                                  mainstay_sample_portal_get_username (sample), TRUE);
  use_account (self, account, mainstay_sample_portal_get_api_key (sample));
}

static void
try_sample_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);

  begin_connecting (self, _("The sample portal is making its data, which takes some seconds."));
  g_clear_object (&self->sample);
  self->sample = mainstay_sample_portal_new ();
  mainstay_sample_portal_start_async (self->sample, self->cancellable, sample_started_cb,
                                      g_object_ref (self));
}

static void
connected_cb (MainstaySession *session,
              gpointer         user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);
  MainstayAccount *account = mainstay_session_get_account (session);

  g_cancellable_cancel (self->cancellable);
  set_busy (self, NULL);
  if (!mainstay_account_is_transient (account))
    {
      mainstay_account_store_add (self->accounts, account);
      mainstay_account_store_set_last_used (self->accounts, account);
    }
  mainstay_application_set_session (self, session);
}

static void
connect_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);

  mainstay_connect_dialog_present (_mainstay_application_get_window (self), NULL, connected_cb,
                                   self);
}

static void
key_cleared_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(MainstayApplication) self = MAINSTAY_APPLICATION (user_data);
  g_autoptr(GError) error = NULL;

  /* Without a keyring there is no key in it. */
  if (!mainstay_account_clear_key_finish (MAINSTAY_ACCOUNT (object), result, &error) &&
      !g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING) && !is_cancelled (error))
    mainstay_message_dialog_show_error (_mainstay_application_get_window (self), error);
}

/* The account goes from the list of saved ones, and its key from the keyring. */
static void
disconnect_confirmed_cb (GObject      *object,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr(MainstayApplication) self = MAINSTAY_APPLICATION (user_data);
  MainstayAccount *account;

  if (g_strcmp0 (mainstay_message_dialog_finish (result, NULL), "disconnect") != 0 ||
      self->session == NULL)
    return;
  account = mainstay_session_get_account (self->session);
  if (!mainstay_account_is_transient (account))
    {
      mainstay_account_clear_key_async (account, NULL, key_cleared_cb, g_object_ref (self));
      mainstay_account_store_remove (self->accounts, account);
    }
  mainstay_application_set_session (self, NULL);
}

static void
disconnect_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);
  const MainstayResponse responses[] = {
    { "disconnect", _("Disconnect"), ADW_RESPONSE_DESTRUCTIVE },
  };

  if (self->session == NULL)
    return;
  mainstay_message_dialog_async (
    _mainstay_application_get_window (self), _("Disconnect from the Portal?"),
    _("The account and its API key are removed from this computer. Nothing changes on the portal."),
    responses, G_N_ELEMENTS (responses), NULL, disconnect_confirmed_cb, g_object_ref (self));
}

static void
stop_connecting_action (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->sample);
  set_busy (self, NULL);
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);
  GtkWidget *about = adw_about_window_new ();

  g_object_set (about,
                "transient-for", _mainstay_application_get_window (self),
                "modal", TRUE,
                "application-name", "Mainstay",
                "application-icon", MAINSTAY_APPLICATION_ID,
                "version", MAINSTAY_VERSION,
                "developer-name", _("The Mainstay developers"),
                "license-type", GTK_LICENSE_GPL_3_0,
                "comments", _("Backups of Mendix apps: create, restore, download and upload "
                              "them.\n\nMainstay is not affiliated with Mendix."),
                "copyright", "© 2026 The Mainstay developers",
                /* translators: put your names here, one a line */
                "translator-credits", _("translator-credits"),
                NULL);
  gtk_window_present (GTK_WINDOW (about));
}

static void
verify_file_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  mainstay_verify_file_dialog_present (
    _mainstay_application_get_window (MAINSTAY_APPLICATION (user_data)), NULL);
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);

  mainstay_preferences_window_present (_mainstay_application_get_window (self), self->settings);
}

/* For notifications, which outlive a hidden window. */
static void
show_activity_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);
  GtkWindow *window;

  g_application_activate (G_APPLICATION (self));
  window = _mainstay_application_get_window (self);
  if (window != NULL)
    g_object_set (window, "show-activity", TRUE, NULL);
}

static void
show_in_folder_action (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);

  mainstay_show_in_folder (_mainstay_application_get_window (self),
                           g_variant_get_bytestring (parameter));
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);
  GtkWindow *window = _mainstay_application_get_window (self);

  /* By way of the window, which asks when work is running. */
  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (self));
}

static void use_account_action (GSimpleAction *action,
                                GVariant      *parameter,
                                gpointer       user_data);

static const GActionEntry actions[] = {
  { "about", about_action },
  { "connect", connect_action },
  { "disconnect", disconnect_action },
  { "preferences", preferences_action },
  { "quit", quit_action },
  { "show-activity", show_activity_action },
  { "show-in-folder", show_in_folder_action, "ay" },
  { "stop-connecting", stop_connecting_action },
  { "try-sample", try_sample_action },
  { "use-account", use_account_action, "s" },
  { "verify-file", verify_file_action },
};

static void
update_disconnect (MainstayApplication *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "disconnect");

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), self->session != NULL);
}

static void
key_looked_up_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(MainstayApplication) self = MAINSTAY_APPLICATION (user_data);
  MainstayAccount *account = MAINSTAY_ACCOUNT (object);
  g_autoptr(GError) error = NULL;
  char *key = mainstay_account_lookup_key_finish (account, result, &error);

  if (key != NULL)
    use_account (self, account, key);
  else if (!is_cancelled (error))
    {
      /* Not there, or no keyring: the person knows it. */
      set_busy (self, NULL);
      mainstay_connect_dialog_present (_mainstay_application_get_window (self), account,
                                       connected_cb, self);
    }
  g_clear_pointer (&key, secret_password_free);
}

static void
open_account (MainstayApplication *self,
              MainstayAccount     *account)
{
  begin_connecting (self, _("Looking up the API key…"));
  mainstay_account_lookup_key_async (account, self->cancellable, key_looked_up_cb,
                                     g_object_ref (self));
}

static void
accounts_loaded_cb (GObject      *object,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr(MainstayApplication) self = MAINSTAY_APPLICATION (user_data);
  g_autoptr(GError) error = NULL;
  MainstayAccount *last;

  if (!mainstay_account_store_load_finish (self->accounts, result, &error))
    g_warning ("The saved accounts could not be read: %s", error->message);
  _mainstay_application_start_transfers (self);
  last = mainstay_account_store_get_last_used (self->accounts);
  if (last != NULL && self->session == NULL && self->busy == NULL)
    open_account (self, last);
}

static void
use_account_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (user_data);
  const char *id = g_variant_get_string (parameter, NULL);

  for (unsigned int i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr(MainstayAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (g_strcmp0 (mainstay_account_get_id (account), id) != 0)
        continue;
      mainstay_account_store_set_last_used (self->accounts, account);
      open_account (self, account);
      return;
    }
}

static void
connect_at_start (MainstayApplication *self)
{
  g_autofree char *api_key = NULL;
  g_autoptr(MainstayAccount) account = mainstay_account_from_environ (&api_key);

  if (account != NULL && self->busy == NULL)
    use_account (self, account, api_key);
  mainstay_account_store_load_async (self->accounts, NULL, accounts_loaded_cb, g_object_ref (self));
}

static void
mainstay_application_activate (GApplication *application)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (application);
  GtkWindow *window = _mainstay_application_get_window (self);
  gboolean first = window == NULL;

  if (first)
    window = GTK_WINDOW (mainstay_window_new (self));
  gtk_window_present (window);
  if (first && self->session == NULL)
    connect_at_start (self);
}

/* What the sample needs is asked of the program that runs already, if there is one. */
static int
open_sample (GApplication *application)
{
  g_autoptr(GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  g_action_group_activate_action (G_ACTION_GROUP (application), "try-sample", NULL);
  return -1;
}

/* Returns: -1 to go on, or the program's end. */
static int
mainstay_application_handle_local_options (GApplication *application,
                                           GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Mainstay %s\n", MAINSTAY_VERSION);
      return EXIT_SUCCESS;
    }
  return g_variant_dict_contains (options, "sample") ? open_sample (application) : -1;
}

static const struct
{
  const char *action;
  const char *keys[3];
} accelerators[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.verify-file", { "<Control>o" } },
  { "window.close", { "<Control>w" } },
  { "win.refresh", { "F5", "<Control>r" } },
  { "win.search", { "<Control>f" } },
  { "win.create-backup", { "<Control>n" } },
  { "win.upload-data", { "<Control>u" } },
  { "win.restore", { "<Control>e" } },
  { "win.download", { "<Control>d" } },
  { "win.toggle-details", { "F9" } },
  { "win.activity", { "<Control><Shift>a" } },
  { "win.show-help-overlay", { "<Control>question" } },
};

static gboolean
terminated_cb (gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
  return G_SOURCE_CONTINUE;
}

/* So that the sample portal's folder goes as well. */
static void
quit_on_signals (MainstayApplication *self)
{
  static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };

  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->signal_sources[i] = g_unix_signal_add (numbers[i], terminated_cb, self);
}

static void
mainstay_application_startup (GApplication *application)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (application);

  G_APPLICATION_CLASS (mainstay_application_parent_class)->startup (application);

  self->settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  _mainstay_application_follow_settings (self);
  quit_on_signals (self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  update_disconnect (self);
  for (size_t i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action,
                                           accelerators[i].keys);
}

static void
mainstay_application_shutdown (GApplication *application)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (application);

  for (size_t i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);
  g_cancellable_cancel (self->cancellable);
  _mainstay_application_stop_transfers (self);
  if (self->sample != NULL)
    mainstay_sample_portal_stop (self->sample);

  G_APPLICATION_CLASS (mainstay_application_parent_class)->shutdown (application);
}

static void
mainstay_application_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (object);

  switch ((MainstayApplicationProperty) prop_id)
    {
    case PROP_BUSY:
      g_value_set_string (value, self->busy);
      break;
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_application_dispose (GObject *object)
{
  MainstayApplication *self = MAINSTAY_APPLICATION (object);

  g_clear_object (&self->session);
  g_clear_object (&self->accounts);
  g_clear_object (&self->keeper);
  g_clear_object (&self->operations);
  g_clear_object (&self->settings);
  g_clear_object (&self->sample);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (mainstay_application_parent_class)->dispose (object);
}

static void
mainstay_application_class_init (MainstayApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = mainstay_application_dispose;
  object_class->get_property = mainstay_application_get_property;
  application_class->activate = mainstay_application_activate;
  application_class->handle_local_options = mainstay_application_handle_local_options;
  application_class->shutdown = mainstay_application_shutdown;
  application_class->startup = mainstay_application_startup;

  properties[PROP_BUSY] =
    g_param_spec_string ("busy", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, MAINSTAY_TYPE_SESSION,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_application_init (MainstayApplication *self)
{
  /* Translated here, for the library would look in its own translations. */
  g_application_add_main_option (G_APPLICATION (self), "sample", 0, 0, G_OPTION_ARG_NONE,
                                 _("Open on a sample portal of its own"), NULL);
  g_application_add_main_option (G_APPLICATION (self), "version", 0, 0, G_OPTION_ARG_NONE,
                                 _("Print the version and exit"), NULL);
  self->accounts = mainstay_account_store_new (NULL);
  self->operations = mainstay_operation_list_new ();
  _mainstay_application_follow_operations (self);
}

/** mainstay_application_new: Returns: (transfer full): the program */
MainstayApplication *
mainstay_application_new (void)
{
  return g_object_new (MAINSTAY_TYPE_APPLICATION,
                       "application-id", MAINSTAY_APPLICATION_ID,
                       "resource-base-path", "/io/github/mainstay_backups/Mainstay",
                       NULL);
}

GListModel *
mainstay_application_get_accounts (MainstayApplication *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (self), NULL);

  return G_LIST_MODEL (self->accounts);
}

GSettings *
mainstay_application_get_settings (MainstayApplication *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (self), NULL);

  return self->settings;
}

MainstayOperationList *
mainstay_application_get_operations (MainstayApplication *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (self), NULL);

  return self->operations;
}

MainstaySession *
mainstay_application_get_session (MainstayApplication *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (self), NULL);

  return self->session;
}

void
mainstay_application_refresh (MainstayApplication *self)
{
  g_return_if_fail (MAINSTAY_IS_APPLICATION (self));

  self->asking = FALSE;
  if (self->session != NULL)
    mainstay_session_refresh_async (self->session, NULL, session_refreshed_cb, NULL);
}

void
mainstay_application_set_session (MainstayApplication *self,
                                  MainstaySession     *session)
{
  g_return_if_fail (MAINSTAY_IS_APPLICATION (self));
  g_return_if_fail (session == NULL || MAINSTAY_IS_SESSION (session));

  if (!g_set_object (&self->session, session))
    return;
  update_disconnect (self);
  _mainstay_application_go_on (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
  mainstay_application_refresh (self);
}

/** mainstay_application_get_busy: Returns: (nullable): what is waited for before it connects */
const char *
mainstay_application_get_busy (MainstayApplication *self)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (self), NULL);

  return self->busy;
}

void
mainstay_application_ask_for_key (MainstayApplication *self)
{
  g_return_if_fail (MAINSTAY_IS_APPLICATION (self));

  if (self->asking || self->session == NULL)
    return;
  self->asking = TRUE;
  mainstay_connect_dialog_present (_mainstay_application_get_window (self),
                                   mainstay_session_get_account (self->session), connected_cb,
                                   self);
}

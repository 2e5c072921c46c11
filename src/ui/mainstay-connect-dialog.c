/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include <glib/gi18n.h>

#include "mainstay-dialogs.h"
#include "mainstay-error.h"
#include "mainstay-message-dialog.h"
#include "mainstay-message.h"
#include "mainstay-portal-address.h"

#define MAINSTAY_TYPE_CONNECT_DIALOG (mainstay_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MainstayConnectDialog, mainstay_connect_dialog, MAINSTAY, CONNECT_DIALOG,
                      AdwWindow)

struct _MainstayConnectDialog
{
  AdwWindow parent_instance;

  /* template */
  GtkWidget *connect_button;
  GtkSpinner *spinner;
  GtkLabel *purpose_label;
  GtkEditable *address_row;
  GtkEditable *username_row;
  GtkEditable *key_row;
  GtkLabel *error_label;
  GtkWidget *hint_label;

  /* owned */
  MainstayAccount *known;    /* (nullable): only the key is asked for */
  MainstayAccount *account;  /* being tried */
  MainstayClient *client;    /* being tried */
  GCancellable *cancellable; /* cancelled when the dialog closes */

  /* borrowed */
  MainstayConnected connected;
  gpointer connected_data;
};

G_DEFINE_FINAL_TYPE (MainstayConnectDialog, mainstay_connect_dialog, ADW_TYPE_WINDOW)

static gboolean
is_blank (GtkEditable *editable)
{
  const char *text = gtk_editable_get_text (editable);

  return text[strspn (text, " \t\n")] == '\0';
}

static void
set_invalid (GtkEditable *row,
             gboolean     invalid)
{
  if (invalid)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               invalid ? GTK_ACCESSIBLE_INVALID_TRUE :
                                         GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* @row is the one to put right, if it is known. */
static void
show_fault (MainstayConnectDialog *self,
            const char            *fault,
            GtkEditable           *row)
{
  gtk_label_set_label (self->error_label, fault != NULL ? fault : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), fault != NULL);
  set_invalid (self->address_row, fault != NULL && row == self->address_row);
  set_invalid (self->username_row, fault != NULL && row == self->username_row);
  set_invalid (self->key_row, fault != NULL && row == self->key_row);
  if (fault != NULL && row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
update (MainstayConnectDialog *self)
{
  gboolean trying = self->client != NULL;

  gtk_spinner_set_spinning (self->spinner, trying);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), trying);
  /* Insensitive ones would lose the keyboard focus. */
  gtk_editable_set_editable (self->address_row, !trying);
  gtk_editable_set_editable (self->username_row, !trying);
  gtk_editable_set_editable (self->key_row, !trying);
  gtk_widget_set_sensitive (self->connect_button,
                            !trying && !is_blank (self->key_row) &&
                            (self->known != NULL || (!is_blank (self->address_row) &&
                                                     !is_blank (self->username_row))));
}

static void
entry_changed_cb (MainstayConnectDialog *self)
{
  show_fault (self, NULL, NULL);
  update (self);
}

static GtkEditable *
row_to_blame (MainstayConnectDialog *self,
              const GError          *error)
{
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED))
    return self->key_row;
  return self->known == NULL ? self->address_row : NULL;
}

static void
refuse (MainstayConnectDialog *self,
        const GError          *error)
{
  g_autofree char *fault = mainstay_message_dup_line (error);

  g_clear_object (&self->client);
  g_clear_object (&self->account);
  update (self);
  show_fault (self, fault, row_to_blame (self, error));
}

static void
finish (MainstayConnectDialog *self)
{
  g_autoptr(MainstaySession) session = mainstay_session_new (self->account, self->client);
  MainstayConnected connected = self->connected;

  gtk_editable_set_text (self->key_row, "");
  gtk_window_close (GTK_WINDOW (self));
  connected (session, self->connected_data);
}

static void
warning_read_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(MainstayConnectDialog) self = MAINSTAY_CONNECT_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  const char *response = mainstay_message_dialog_finish (result, &error);

  if (error != NULL)
    return;
  if (g_strcmp0 (response, "continue") == 0)
    {
      finish (self);
      return;
    }
  g_clear_object (&self->client);
  g_clear_object (&self->account);
  update (self);
}

/* Said before it is used, so that nobody expects to find it tomorrow. */
static void
warn_of_missing_keyring (MainstayConnectDialog *self,
                         const GError          *error)
{
  g_autoptr(MainstayMessage) message = mainstay_message_new (error);
  g_autofree char *body = mainstay_message_dup_body (message);
  MainstayResponse response = { "continue", _("Continue"), ADW_RESPONSE_SUGGESTED };

  mainstay_message_dialog_async (GTK_WINDOW (self), message->title, body, &response, 1,
                                 self->cancellable, warning_read_cb, g_object_ref (self));
}

static void
key_stored_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(MainstayConnectDialog) self = MAINSTAY_CONNECT_DIALOG (user_data);
  g_autoptr(GError) error = NULL;

  mainstay_account_store_key_finish (MAINSTAY_ACCOUNT (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_KEYRING))
    warn_of_missing_keyring (self, error);
  else if (error != NULL)
    refuse (self, error);
  else
    finish (self);
}

/* The key is proved by the first call that needs it; the capabilities need none. */
static void
apps_listed_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(MainstayConnectDialog) self = MAINSTAY_CONNECT_DIALOG (user_data);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) apps =
    mainstay_client_list_apps_finish (MAINSTAY_CLIENT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (apps == NULL)
    refuse (self, error);
  else if (mainstay_account_is_transient (self->account))
    finish (self);
  else
    mainstay_account_store_key_async (self->account, gtk_editable_get_text (self->key_row),
                                      self->cancellable, key_stored_cb, g_object_ref (self));
}

static void
capabilities_loaded_cb (GObject      *object,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr(MainstayConnectDialog) self = MAINSTAY_CONNECT_DIALOG (user_data);
  g_autoptr(GError) error = NULL;

  mainstay_client_load_capabilities_finish (MAINSTAY_CLIENT (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    refuse (self, error);
  else
    mainstay_client_list_apps_async (MAINSTAY_CLIENT (object), self->cancellable, apps_listed_cb,
                                     g_object_ref (self));
}

/* (transfer full) (nullable): the account that the entries mean */
static MainstayAccount *
make_account (MainstayConnectDialog *self)
{
  g_autofree char *address = NULL;
  g_autofree char *username = NULL;
  MainstayAddressFault fault;

  if (self->known != NULL)
    return g_object_ref (self->known);
  address = mainstay_portal_address_parse (gtk_editable_get_text (self->address_row), &fault);
  if (address == NULL)
    {
      show_fault (self, mainstay_portal_address_explain (fault), self->address_row);
      return NULL;
    }
  username = g_strstrip (g_strdup (gtk_editable_get_text (self->username_row)));
  return mainstay_account_new (address, username, FALSE);
}

static void
connect_clicked_cb (MainstayConnectDialog *self)
{
  g_autofree char *key = NULL;
  g_autoptr(GError) error = NULL;

  /* A second click may already be on its way. */
  if (self->client != NULL)
    return;
  show_fault (self, NULL, NULL);
  self->account = make_account (self);
  if (self->account == NULL)
    return;
  /* A key that was pasted often brings a line's end along. */
  key = g_strstrip (g_strdup (gtk_editable_get_text (self->key_row)));
  gtk_editable_set_text (self->key_row, key);
  self->client = mainstay_client_new (mainstay_account_get_url (self->account),
                                      mainstay_account_get_username (self->account), key, &error);
  if (self->client == NULL)
    {
      refuse (self, error);
      return;
    }
  update (self);
  mainstay_client_load_capabilities_async (self->client, self->cancellable,
                                           capabilities_loaded_cb, g_object_ref (self));
}

static gboolean
mainstay_connect_dialog_close_request (GtkWindow *window)
{
  MainstayConnectDialog *self = MAINSTAY_CONNECT_DIALOG (window);

  g_cancellable_cancel (self->cancellable);
  return GTK_WINDOW_CLASS (mainstay_connect_dialog_parent_class)->close_request (window);
}

static void
mainstay_connect_dialog_dispose (GObject *object)
{
  MainstayConnectDialog *self = MAINSTAY_CONNECT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_clear_object (&self->account);
  g_clear_object (&self->known);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_CONNECT_DIALOG);

  G_OBJECT_CLASS (mainstay_connect_dialog_parent_class)->dispose (object);
}

static void
mainstay_connect_dialog_class_init (MainstayConnectDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->dispose = mainstay_connect_dialog_dispose;
  window_class->close_request = mainstay_connect_dialog_close_request;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, connect_button);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, purpose_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, username_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, key_row);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayConnectDialog, hint_label);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, connect_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mainstay_connect_dialog_init (MainstayConnectDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_known (MainstayConnectDialog *self)
{
  g_autofree char *purpose = NULL;

  /* Translators: %1$s is a user name, %2$s the address of a portal. */
  purpose = g_strdup_printf (_("Type the API key of %1$s for %2$s."),
                             mainstay_account_get_username (self->known),
                             mainstay_account_get_url (self->known));
  gtk_label_set_label (self->purpose_label, purpose);
  gtk_widget_set_visible (GTK_WIDGET (self->purpose_label), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->username_row), FALSE);
}

/**
 * mainstay_connect_dialog_present:
 * @parent: the window it belongs to
 * @account: (nullable): an account that only needs a key
 * @connected: told once, when the key has been proved and kept
 * @user_data: for @connected; must live as long as @parent
 *
 * Asks for a portal, a user name and an API key, and tries them.
 */
void
mainstay_connect_dialog_present (GtkWindow         *parent,
                                 MainstayAccount   *account,
                                 MainstayConnected  connected,
                                 gpointer           user_data)
{
  MainstayConnectDialog *self;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (account == NULL || MAINSTAY_IS_ACCOUNT (account));
  g_return_if_fail (connected != NULL);

  self = g_object_new (MAINSTAY_TYPE_CONNECT_DIALOG, "transient-for", parent, NULL);
  self->connected = connected;
  self->connected_data = user_data;
  if (account != NULL)
    {
      self->known = g_object_ref (account);
      show_known (self);
      gtk_widget_grab_focus (GTK_WIDGET (self->key_row));
    }
  else
    {
      gtk_editable_set_text (self->address_row, MAINSTAY_MENDIX_CLOUD_ADDRESS);
      gtk_widget_grab_focus (GTK_WIDGET (self->username_row));
    }
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}

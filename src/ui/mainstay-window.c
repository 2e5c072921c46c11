/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-window.h"

#include "config.h"
#include "mainstay-data-model.h"
#include "mainstay-format.h"
#include "mainstay-message.h"
#include "mainstay-operation-text.h"
#include "mainstay-window-private.h"

#include <glib/gi18n.h>

/* Letters to a line. */
#define NARROW_TOAST 34
#define WIDE_TOAST 70

typedef enum { PROP_SHOW_ACTIVITY = 1, PROP_SHOW_DETAILS } MainstayWindowProperty;

static GParamSpec *properties[PROP_SHOW_DETAILS + 1];

G_DEFINE_FINAL_TYPE (MainstayWindow, mainstay_window, ADW_TYPE_APPLICATION_WINDOW)

MainstayBackupList *
_mainstay_window_get_list (MainstayWindow *self)
{
  return self->session != NULL ? mainstay_session_get_backup_list (self->session) : NULL;
}

MainstayEnvironment *
_mainstay_window_get_environment (MainstayWindow *self)
{
  return self->session != NULL ? mainstay_session_get_environment (self->session) : NULL;
}

MainstayOperationList *
_mainstay_window_get_operations (MainstayWindow *self)
{
  return self->operations;
}

void
_mainstay_window_toast (MainstayWindow *self,
                        const char     *text)
{
  /* The title of a toast is markup, and ends where a narrow window does. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);
  GtkWidget *label = gtk_label_new (text);
  gboolean narrow = mainstay_narrow_bin_get_narrow (self->narrow_bin);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  /* It gets the height of its natural width, which therefore has to fit. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), narrow ? NARROW_TOAST : WIDE_TOAST);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  adw_toast_set_custom_title (toast, label);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

/* A refused key is asked for again; for the rest the words. */
void
_mainstay_window_toast_error (MainstayWindow *self,
                              const GError   *error)
{
  g_autofree char *line = mainstay_message_dup_line (error);

  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED))
    mainstay_application_ask_for_key (self->application);
  else
    _mainstay_window_toast (self, line);
}

static char *
make_denied_key (MainstayEnvironment *environment,
                 const char          *verb)
{
  return g_strconcat (mainstay_environment_get_id (environment), "/", verb, NULL);
}

void
_mainstay_window_deny (MainstayWindow      *self,
                       MainstayEnvironment *environment,
                       const char          *verb)
{
  g_hash_table_add (self->denied, make_denied_key (environment, verb));
  _mainstay_window_update_actions (self);
}

gboolean
_mainstay_window_is_denied (MainstayWindow *self,
                            const char     *verb)
{
  MainstayEnvironment *environment = _mainstay_window_get_environment (self);
  g_autofree char *key = NULL;

  if (environment == NULL)
    return FALSE;
  key = make_denied_key (environment, verb);
  return g_hash_table_contains (self->denied, key);
}

void
_mainstay_window_set_waiting (MainstayWindow      *self,
                              MainstayEnvironment *environment,
                              const char          *text)
{
  const char *id = mainstay_environment_get_id (environment);

  if (text != NULL)
    g_hash_table_insert (self->waiting, g_strdup (id), g_strdup (text));
  else
    g_hash_table_remove (self->waiting, id);
  mainstay_environment_strip_set_waiting (self->environment_strip, environment, text);
  _mainstay_window_update_actions (self);
}

/* The session or the list: whichever was last asked in vain. */
static const GError *
get_error (MainstayWindow *self)
{
  MainstayBackupList *list = _mainstay_window_get_list (self);
  const GError *error = list != NULL ? mainstay_backup_list_get_error (list) : NULL;

  if (error == NULL && self->session != NULL)
    error = mainstay_session_get_error (self->session);
  return error;
}

static const char *
choose_page (MainstayWindow *self)
{
  if (mainstay_application_get_busy (self->application) != NULL)
    return "preparing";
  if (self->session == NULL)
    return "welcome";
  if (_mainstay_window_get_list (self) != NULL)
    return "backups";
  if (mainstay_session_get_loading (self->session))
    return "connecting";
  return mainstay_session_get_error (self->session) != NULL ? "error" : "no-apps";
}

static void
update_error_page (MainstayWindow *self)
{
  const GError *error = get_error (self);
  g_autoptr(MainstayMessage) message = NULL;
  g_autofree char *body = NULL;
  g_autofree char *escaped = NULL;

  if (error == NULL)
    return;
  message = mainstay_message_new (error);
  body = mainstay_message_dup_body (message);
  escaped = g_markup_escape_text (body, -1);
  adw_status_page_set_title (self->error_page, message->title);
  adw_status_page_set_description (self->error_page, escaped);
}

void
_mainstay_window_update_page (MainstayWindow *self)
{
  const char *page = choose_page (self);
  gboolean backups = g_str_equal (page, "backups");
  gboolean narrow = mainstay_narrow_bin_get_narrow (self->narrow_bin);
  gboolean apps = self->session != NULL &&
                  g_list_model_get_n_items (mainstay_session_get_apps (self->session)) > 0;

  update_error_page (self);
  adw_status_page_set_description (self->busy_page,
                                   mainstay_application_get_busy (self->application));
  gtk_stack_set_visible_child_name (self->main_stack, page);
  gtk_stack_set_visible_child_name (self->title_stack, apps ? "app" : "name");
  gtk_widget_set_visible (self->header_buttons, backups && !narrow);
  gtk_widget_set_visible (self->refresh_button, self->session != NULL);
  gtk_widget_set_visible (self->activity_button, backups);
  gtk_widget_set_visible (self->details_button, backups);
  gtk_widget_set_visible (self->action_bar, narrow);
  gtk_action_bar_set_revealed (GTK_ACTION_BAR (self->action_bar), narrow);
}

/* The names of the environments need the room. */
static void
show_icon_or_label (GtkWidget  *button,
                    gboolean    narrow,
                    const char *icon_name,
                    const char *label)
{
  if (narrow)
    gtk_button_set_icon_name (GTK_BUTTON (button), icon_name);
  else
    gtk_button_set_label (GTK_BUTTON (button), label);
}

static void
update_stale (MainstayWindow *self)
{
  MainstayBackupList *list = _mainstay_window_get_list (self);
  const GError *error = get_error (self);
  gboolean stale = list != NULL && error != NULL &&
                   g_list_model_get_n_items (G_LIST_MODEL (list)) > 0;
  g_autoptr(MainstayMessage) message = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *text = NULL;

  gtk_info_bar_set_revealed (self->stale_bar, stale);
  if (!stale)
    return;
  message = mainstay_message_new (error);
  clock = mainstay_format_clock (mainstay_backup_list_get_loaded_at (list));
  /* translators: a clock time, and a sentence that says why there is no newer list */
  text = g_strdup_printf (_("Showing the list of %s. %s"), clock, message->sentence);
  gtk_label_set_label (self->stale_label, text);
}

static void
update_notice (MainstayWindow *self)
{
  MainstayEnvironment *environment = _mainstay_window_get_environment (self);
  g_autofree char *notice = NULL;

  if (environment != NULL)
    {
      mainstay_data_model_settle (self->settings, environment);
      notice = mainstay_data_model_notice (self->settings, environment);
    }
  gtk_info_bar_set_revealed (self->notice_bar, notice != NULL);
  if (notice != NULL)
    gtk_label_set_label (self->notice_label, notice);
}

void
_mainstay_window_update_layout (MainstayWindow *self)
{
  gboolean details = self->session == NULL ||
                     (mainstay_client_get_extensions (mainstay_session_get_client (self->session)) &
                      MAINSTAY_EXTENSION_SNAPSHOT_DETAILS) != 0;

  mainstay_backup_view_set_known (self->backup_view, details);
  mainstay_backup_details_set_known (self->backup_details, details);
}

void
_mainstay_window_update_state (MainstayWindow *self)
{
  _mainstay_window_update_page (self);
  update_stale (self);
  update_notice (self);
  _mainstay_window_update_actions (self);
  if (g_error_matches (get_error (self), MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED))
    mainstay_application_ask_for_key (self->application);
}

static void
update_activity (MainstayWindow *self)
{
  unsigned int count = mainstay_operation_list_get_active_count (self->operations);
  double progress = mainstay_operation_list_get_progress (self->operations);
  g_autofree char *percent = mainstay_format_percent (progress);
  g_autofree char *text =
    progress >= 0 ? g_strdup_printf ("%u · %s", count, percent) : g_strdup_printf ("%u", count);

  gtk_widget_set_visible (GTK_WIDGET (self->activity_label), count > 0);
  gtk_label_set_label (self->activity_label, text);
  /* Hidden to let work go on: that is done now. */
  if (count == 0 && self->closing)
    gtk_window_destroy (GTK_WINDOW (self));
}

/* Backups */

static void
selected_changed_cb (MainstayWindow *self)
{
  MainstayBackup *selected = mainstay_backup_view_get_selected (self->backup_view);

  mainstay_backup_details_set_backup (self->backup_details, _mainstay_window_get_list (self),
                                      selected);
  g_signal_group_set_target (self->backup_signals, selected);
  _mainstay_window_update_actions (self);
}

static void
backup_activated_cb (MainstayWindow *self)
{
  _mainstay_window_set_pane (self, MAINSTAY_PANE_DETAILS);
}

static void
comment_failed_cb (MainstayWindow *self,
                   GError         *error)
{
  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS) &&
      _mainstay_window_get_environment (self) != NULL)
    _mainstay_window_deny (self, _mainstay_window_get_environment (self), "comment");
  _mainstay_window_toast_error (self, error);
}

void
_mainstay_window_list_changed (MainstayWindow *self)
{
  MainstayBackupList *list = _mainstay_window_get_list (self);

  mainstay_backup_view_set_model (self->backup_view, G_LIST_MODEL (list));
  g_signal_group_set_target (self->list_signals, list);
  g_binding_group_set_source (self->list_bindings, list);
  mainstay_activity_view_set_list (self->activity_view, list);
  selected_changed_cb (self);
  _mainstay_window_update_state (self);
}

/* Operations */

static const char *
get_verb (MainstayOperation *operation)
{
  switch (mainstay_operation_get_kind (operation))
    {
    case MAINSTAY_OPERATION_CREATE:
      return "create";
    case MAINSTAY_OPERATION_RESTORE:
      return "restore";
    case MAINSTAY_OPERATION_UPLOAD:
      return "upload";
    case MAINSTAY_OPERATION_DOWNLOAD:
    default:
      return "download";
    }
}

/* A transfer that is left over from before has objects of its own, perhaps of another app. */
static void
reload_listed (MainstayWindow      *self,
               MainstayEnvironment *environment)
{
  GListModel *model =
    self->session != NULL ? mainstay_session_get_environments (self->session) : NULL;

  for (unsigned int i = 0; model != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(MainstayEnvironment) listed = g_list_model_get_item (model, i);

      if (g_strcmp0 (mainstay_environment_get_id (listed),
                     mainstay_environment_get_id (environment)) == 0)
        mainstay_session_reload_environment (self->session, listed);
    }
}

static void
take_up_result (MainstayWindow    *self,
                MainstayOperation *operation)
{
  MainstayOperationKind kind = mainstay_operation_get_kind (operation);
  MainstayEnvironment *environment = mainstay_operation_get_environment (operation);
  MainstayBackup *backup = mainstay_operation_get_backup (operation);

  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_DONE &&
      kind == MAINSTAY_OPERATION_RESTORE && backup != NULL)
    mainstay_data_model_restored (self->settings, environment,
                                  mainstay_backup_get_model_version (backup));
  /* Whatever was restored before is not there any more. */
  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_DONE &&
      kind == MAINSTAY_OPERATION_UPLOAD)
    mainstay_data_model_restored (self->settings, environment, NULL);
  if (g_error_matches (mainstay_operation_get_error (operation), MAINSTAY_ERROR,
                       MAINSTAY_ERROR_NO_ACCESS))
    _mainstay_window_deny (self, environment, get_verb (operation));
  if (kind == MAINSTAY_OPERATION_RESTORE || kind == MAINSTAY_OPERATION_UPLOAD)
    reload_listed (self, environment);
}

static void
operation_finished_cb (MainstayWindow        *self,
                       MainstayOperation     *operation,
                       MainstayOperationList *operations)
{
  g_autoptr(MainstayOperationText) text = mainstay_operation_text_for_operation (operation);
  g_autofree char *line = NULL;

  take_up_result (self, operation);
  mainstay_activity_view_reload (self->activity_view);
  _mainstay_window_update_state (self);
  if (mainstay_operation_get_state (operation) == MAINSTAY_OPERATION_CANCELLED)
    return;
  if (g_error_matches (mainstay_operation_get_error (operation), MAINSTAY_ERROR,
                       MAINSTAY_ERROR_UNAUTHORIZED))
    mainstay_application_ask_for_key (self->application);
  /* translators: an operation and what became of it, as in "Backup of Test: Completed at 10:32" */
  line = g_strdup_printf (_("%s: %s"), text->title, text->subtitle);
  _mainstay_window_toast (self, line);
}

/* Panes */

void
_mainstay_window_set_pane (MainstayWindow *self,
                           MainstayPane    pane)
{
  if (self->pane == pane)
    return;
  self->pane = pane;
  if (pane != MAINSTAY_PANE_NONE)
    {
      gboolean activity = pane == MAINSTAY_PANE_ACTIVITY;

      gtk_stack_set_visible_child_name (self->pane_stack, activity ? "activity" : "details");
      gtk_label_set_label (self->pane_title, activity ? _("Activity") : _("Backup Details"));
    }
  adw_flap_set_reveal_flap (self->flap, pane != MAINSTAY_PANE_NONE);
  if (!mainstay_narrow_bin_get_narrow (self->narrow_bin))
    g_settings_set_boolean (self->settings, "show-details", pane == MAINSTAY_PANE_DETAILS);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_ACTIVITY]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_DETAILS]);
}

static void
flap_revealed_cb (MainstayWindow *self)
{
  if (!adw_flap_get_reveal_flap (self->flap))
    _mainstay_window_set_pane (self, MAINSTAY_PANE_NONE);
}

/* With little room the pane lies over the list, so it comes only when it is asked for. */
static void
narrow_changed_cb (MainstayWindow *self)
{
  gboolean narrow = mainstay_narrow_bin_get_narrow (self->narrow_bin);

  adw_flap_set_fold_policy (self->flap, narrow ? ADW_FLAP_FOLD_POLICY_ALWAYS
                                               : ADW_FLAP_FOLD_POLICY_NEVER);
  if (narrow)
    _mainstay_window_set_pane (self, MAINSTAY_PANE_NONE);
  else if (self->pane == MAINSTAY_PANE_NONE &&
           g_settings_get_boolean (self->settings, "show-details"))
    _mainstay_window_set_pane (self, MAINSTAY_PANE_DETAILS);
  show_icon_or_label (self->start_button, narrow, "media-playback-start-symbolic", _("Start App"));
  show_icon_or_label (self->stop_button, narrow, "media-playback-stop-symbolic", _("Stop App"));
  _mainstay_window_update_page (self);
}

/* Closing */

static gboolean
mainstay_window_close_request (GtkWindow *window)
{
  MainstayWindow *self = MAINSTAY_WINDOW (window);

  if (!_mainstay_window_may_close (self))
    return GDK_EVENT_STOP;
  return GTK_WINDOW_CLASS (mainstay_window_parent_class)->close_request (window);
}

/* Shown again after it was hidden to let work go on. */
static void
mainstay_window_show (GtkWidget *widget)
{
  MAINSTAY_WINDOW (widget)->closing = FALSE;

  GTK_WIDGET_CLASS (mainstay_window_parent_class)->show (widget);
}

static void
mainstay_window_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  MainstayWindow *self = MAINSTAY_WINDOW (object);

  switch ((MainstayWindowProperty) prop_id)
    {
    case PROP_SHOW_ACTIVITY:
      g_value_set_boolean (value, self->pane == MAINSTAY_PANE_ACTIVITY);
      break;
    case PROP_SHOW_DETAILS:
      g_value_set_boolean (value, self->pane == MAINSTAY_PANE_DETAILS);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
show_pane (MainstayWindow *self,
           MainstayPane    pane,
           gboolean        show)
{
  if (show)
    _mainstay_window_set_pane (self, pane);
  else if (self->pane == pane)
    _mainstay_window_set_pane (self, MAINSTAY_PANE_NONE);
}

static void
mainstay_window_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  MainstayWindow *self = MAINSTAY_WINDOW (object);

  switch ((MainstayWindowProperty) prop_id)
    {
    case PROP_SHOW_ACTIVITY:
      show_pane (self, MAINSTAY_PANE_ACTIVITY, g_value_get_boolean (value));
      break;
    case PROP_SHOW_DETAILS:
      show_pane (self, MAINSTAY_PANE_DETAILS, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_window_dispose (GObject *object)
{
  MainstayWindow *self = MAINSTAY_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->operations != NULL)
    g_signal_handlers_disconnect_by_data (self->operations, self);
  if (self->application != NULL)
    g_signal_handlers_disconnect_by_data (self->application, self);
  g_clear_weak_pointer (&self->application);
  g_clear_object (&self->operations);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->list_signals);
  g_clear_object (&self->environment_signals);
  g_clear_object (&self->backup_signals);
  g_clear_object (&self->list_bindings);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_WINDOW);

  G_OBJECT_CLASS (mainstay_window_parent_class)->dispose (object);
}

static void
mainstay_window_finalize (GObject *object)
{
  MainstayWindow *self = MAINSTAY_WINDOW (object);

  g_clear_pointer (&self->waiting, g_hash_table_unref);
  g_clear_pointer (&self->denied, g_hash_table_unref);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (mainstay_window_parent_class)->finalize (object);
}

static void
set_up (MainstayWindow      *self,
        MainstayApplication *application)
{
  g_set_weak_pointer (&self->application, application);
  self->settings = g_object_ref (mainstay_application_get_settings (application));
  self->operations = g_object_ref (mainstay_application_get_operations (application));
  _mainstay_window_follow (self);
  mainstay_activity_view_set_operations (self->activity_view, self->operations);
  g_signal_connect_object (self->operations, "notify", G_CALLBACK (update_activity), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->operations, "finished", G_CALLBACK (operation_finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "notify::busy",
                           G_CALLBACK (_mainstay_window_update_page), self, G_CONNECT_SWAPPED);
  _mainstay_window_restore_state (self);
  _mainstay_window_session_changed (self);
  update_activity (self);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, MainstayWindow, name)
  BIND (toast_overlay);
  BIND (narrow_bin);
  BIND (header_buttons);
  BIND (create_button);
  BIND (upload_button);
  BIND (refresh_button);
  BIND (activity_button);
  BIND (activity_label);
  BIND (details_button);
  BIND (title_stack);
  BIND (app_drop_down);
  BIND (main_stack);
  BIND (busy_page);
  BIND (error_page);
  BIND (environment_strip);
  BIND (start_button);
  BIND (stop_button);
  BIND (stale_bar);
  BIND (stale_label);
  BIND (notice_bar);
  BIND (notice_label);
  BIND (flap);
  BIND (backup_view);
  BIND (pane_title);
  BIND (pane_stack);
  BIND (backup_details);
  BIND (activity_view);
  BIND (accounts_section);
  BIND (action_bar);
  BIND (narrow_create_button);
  BIND (narrow_upload_button);
#undef BIND
  gtk_widget_class_bind_template_callback_full (widget_class, "app_selected_cb",
                                                G_CALLBACK (_mainstay_window_app_selected));
  gtk_widget_class_bind_template_callback (widget_class, backup_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, comment_failed_cb);
  gtk_widget_class_bind_template_callback_full (widget_class, "environment_chosen_cb",
                                                G_CALLBACK (_mainstay_window_environment_chosen));
  gtk_widget_class_bind_template_callback (widget_class, flap_revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, narrow_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_changed_cb);
}

static void
mainstay_window_class_init (MainstayWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_window_dispose;
  object_class->finalize = mainstay_window_finalize;
  object_class->get_property = mainstay_window_get_property;
  object_class->set_property = mainstay_window_set_property;
  widget_class->show = mainstay_window_show;
  GTK_WINDOW_CLASS (klass)->close_request = mainstay_window_close_request;

  properties[PROP_SHOW_ACTIVITY] =
    g_param_spec_boolean ("show-activity", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SHOW_DETAILS] =
    g_param_spec_boolean ("show-details", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (MAINSTAY_TYPE_ACTIVITY_VIEW);
  g_type_ensure (MAINSTAY_TYPE_APP);
  g_type_ensure (MAINSTAY_TYPE_BACKUP_DETAILS);
  g_type_ensure (MAINSTAY_TYPE_BACKUP_VIEW);
  g_type_ensure (MAINSTAY_TYPE_ENVIRONMENT_STRIP);
  g_type_ensure (MAINSTAY_TYPE_NARROW_BIN);
  bind_template (widget_class);
  _mainstay_window_install_actions (widget_class);
}

static void
mainstay_window_init (MainstayWindow *self)
{
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  _mainstay_window_take_files (self);
}

/** mainstay_window_new: Returns: (transfer none): a window, owned by @application */
MainstayWindow *
mainstay_window_new (MainstayApplication *application)
{
  MainstayWindow *self;

  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (application), NULL);

  self = g_object_new (MAINSTAY_TYPE_WINDOW, "application", application, NULL);
  set_up (self, application);
  return self;
}

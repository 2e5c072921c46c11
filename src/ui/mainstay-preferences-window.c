/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-preferences-window.h"

#define MEGABYTE 1e6

struct _MainstayPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  /* template */
  GtkSpinButton *transfers_spin;
  GtkSwitch *limit_switch;
  GtkSpinButton *speed_spin;

  /* owned */
  GSettings *settings;

  gboolean showing; /* what is set, so that showing it sets nothing */
};

G_DEFINE_FINAL_TYPE (MainstayPreferencesWindow, mainstay_preferences_window,
                     ADW_TYPE_PREFERENCES_WINDOW)

/* No limit is a limit of 0; the number stays in its field for when it is wanted again. */
static void
limit_changed_cb (MainstayPreferencesWindow *self)
{
  double speed = gtk_spin_button_get_value (self->speed_spin);
  gboolean limited = gtk_switch_get_active (self->limit_switch);

  if (self->settings != NULL && !self->showing)
    g_settings_set_uint64 (self->settings, "speed-limit",
                           limited ? (guint64) (speed * MEGABYTE + 0.5) : 0);
}

static void
show_limit (MainstayPreferencesWindow *self)
{
  guint64 limit = g_settings_get_uint64 (self->settings, "speed-limit");

  self->showing = TRUE;
  /* Setting it to what it is would end its movement, and with it what was asked for. */
  if (gtk_switch_get_active (self->limit_switch) != (limit > 0))
    gtk_switch_set_active (self->limit_switch, limit > 0);
  if (limit > 0)
    gtk_spin_button_set_value (self->speed_spin, (double) limit / MEGABYTE);
  self->showing = FALSE;
}

static void
mainstay_preferences_window_dispose (GObject *object)
{
  MainstayPreferencesWindow *self = MAINSTAY_PREFERENCES_WINDOW (object);

  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_PREFERENCES_WINDOW);

  G_OBJECT_CLASS (mainstay_preferences_window_parent_class)->dispose (object);
}

static void
mainstay_preferences_window_class_init (MainstayPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mainstay_preferences_window_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayPreferencesWindow, transfers_spin);
  gtk_widget_class_bind_template_child (widget_class, MainstayPreferencesWindow, limit_switch);
  gtk_widget_class_bind_template_child (widget_class, MainstayPreferencesWindow, speed_spin);
  gtk_widget_class_bind_template_callback (widget_class, limit_changed_cb);
}

static void
mainstay_preferences_window_init (MainstayPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mainstay_preferences_window_present:
 * @parent: (nullable): the window it belongs to
 * @settings: what it changes
 */
void
mainstay_preferences_window_present (GtkWindow *parent,
                                     GSettings *settings)
{
  MainstayPreferencesWindow *self;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));
  g_return_if_fail (G_IS_SETTINGS (settings));

  self = g_object_new (MAINSTAY_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);
  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "transfers-at-once", self->transfers_spin, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::speed-limit", G_CALLBACK (show_limit), self,
                           G_CONNECT_SWAPPED);
  show_limit (self);
  gtk_window_present (GTK_WINDOW (self));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-environment-button.h"

#include "config.h"
#include "mainstay-format.h"

#include <glib/gi18n.h>

#define NAME_CHARS 24 /* that the template shows at most */

struct _MainstayEnvironmentButton
{
  GtkToggleButton parent_instance;

  /* Template widgets. */
  GtkLabel *name_label;
  GtkImage *status_icon;
  GtkSpinner *spinner;
  GtkLabel *status_label;

  MainstayEnvironment *environment;
  char *waiting; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (MainstayEnvironmentButton, mainstay_environment_button, GTK_TYPE_TOGGLE_BUTTON)

static char *
dup_status (MainstayEnvironmentButton *self)
{
  const char *version = mainstay_environment_get_model_version (self->environment);
  const char *status =
    self->waiting != NULL
      ? self->waiting
      : mainstay_format_environment_status (mainstay_environment_get_status (self->environment));

  if (version == NULL || *version == '\0')
    return g_strdup (status);
  /* translators: an environment's status and its model version, as in "Running · 1.8.2" */
  return g_strdup_printf (_("%s · %s"), status, version);
}

static void
update (MainstayEnvironmentButton *self)
{
  const char *name = mainstay_environment_get_mode (self->environment);
  g_autofree char *status = dup_status (self);

  gtk_label_set_label (self->name_label, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               g_utf8_strlen (name, -1) > NAME_CHARS ? name : NULL);
  gtk_label_set_label (self->status_label, status);
  gtk_image_set_from_icon_name (
    self->status_icon,
    mainstay_format_environment_icon (mainstay_environment_get_status (self->environment)));
  gtk_widget_set_visible (GTK_WIDGET (self->status_icon), self->waiting == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->waiting != NULL);
  gtk_spinner_set_spinning (self->spinner, self->waiting != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
}

static void
mainstay_environment_button_dispose (GObject *object)
{
  MainstayEnvironmentButton *self = MAINSTAY_ENVIRONMENT_BUTTON (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_ENVIRONMENT_BUTTON);
  g_clear_object (&self->environment);

  G_OBJECT_CLASS (mainstay_environment_button_parent_class)->dispose (object);
}

static void
mainstay_environment_button_finalize (GObject *object)
{
  g_clear_pointer (&MAINSTAY_ENVIRONMENT_BUTTON (object)->waiting, g_free);

  G_OBJECT_CLASS (mainstay_environment_button_parent_class)->finalize (object);
}

static void
mainstay_environment_button_class_init (MainstayEnvironmentButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_environment_button_dispose;
  object_class->finalize = mainstay_environment_button_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-environment-button.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayEnvironmentButton, name_label);
  gtk_widget_class_bind_template_child (widget_class, MainstayEnvironmentButton, status_icon);
  gtk_widget_class_bind_template_child (widget_class, MainstayEnvironmentButton, spinner);
  gtk_widget_class_bind_template_child (widget_class, MainstayEnvironmentButton, status_label);
}

static void
mainstay_environment_button_init (MainstayEnvironmentButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mainstay_environment_button_new: Returns: (transfer full): a floating toggle */
GtkWidget *
mainstay_environment_button_new (MainstayEnvironment *environment)
{
  MainstayEnvironmentButton *self;

  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT (environment), NULL);

  self = g_object_new (MAINSTAY_TYPE_ENVIRONMENT_BUTTON, NULL);
  self->environment = g_object_ref (environment);
  g_signal_connect_object (environment, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/** mainstay_environment_button_get_environment: Returns: (transfer none): what it stands for */
MainstayEnvironment *
mainstay_environment_button_get_environment (MainstayEnvironmentButton *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT_BUTTON (self), NULL);

  return self->environment;
}

void
mainstay_environment_button_set_waiting (MainstayEnvironmentButton *self,
                                         const char                *waiting)
{
  g_autofree char *old = NULL;

  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT_BUTTON (self));

  if (g_strcmp0 (self->waiting, waiting) == 0)
    return;
  old = g_steal_pointer (&self->waiting);
  self->waiting = g_strdup (waiting);
  update (self);
}

const char *
mainstay_environment_button_get_status (MainstayEnvironmentButton *self)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT_BUTTON (self), NULL);

  return gtk_label_get_label (self->status_label);
}

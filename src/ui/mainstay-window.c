/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-window.h"

struct _MainstayWindow
{
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (MainstayWindow, mainstay_window, ADW_TYPE_APPLICATION_WINDOW)

static void
mainstay_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAINSTAY_TYPE_WINDOW);

  G_OBJECT_CLASS (mainstay_window_parent_class)->dispose (object);
}

static void
mainstay_window_class_init (MainstayWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_window_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-window.ui");
}

static void
mainstay_window_init (MainstayWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mainstay_window_new: Returns: (transfer none): a window, owned by @application */
MainstayWindow *
mainstay_window_new (MainstayApplication *application)
{
  g_return_val_if_fail (MAINSTAY_IS_APPLICATION (application), NULL);

  return g_object_new (MAINSTAY_TYPE_WINDOW, "application", application, NULL);
}

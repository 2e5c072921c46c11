/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-application.h"

#include "config.h"
#include "mainstay-window.h"

struct _MainstayApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (MainstayApplication, mainstay_application, ADW_TYPE_APPLICATION)

static void
mainstay_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (mainstay_window_new (MAINSTAY_APPLICATION (application)));
  gtk_window_present (window);
}

static void
mainstay_application_class_init (MainstayApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = mainstay_application_activate;
}

static void
mainstay_application_init (MainstayApplication *self)
{
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

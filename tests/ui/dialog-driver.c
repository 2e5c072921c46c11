/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "dialog-driver.h"

#include <locale.h>

GtkWidget *
dialog_get_button (GtkWindow  *window,
                   const char *label)
{
  GtkWidget *button = dialog_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, label);

  if (button == NULL)
    g_error ("“%s” has no button “%s”", gtk_window_get_title (window), label);
  return button;
}

gboolean
dialog_is_sensitive (GtkWindow  *window,
                     const char *label)
{
  return gtk_widget_is_sensitive (dialog_get_button (window, label));
}

void
dialog_click (GtkWindow  *window,
              const char *label)
{
  g_assert_true (dialog_is_sensitive (window, label));
  g_signal_emit_by_name (dialog_get_button (window, label), "clicked");
}

gboolean
dialog_has_text (GtkWindow  *window,
                 const char *text)
{
  return dialog_find (GTK_WIDGET (window), GTK_TYPE_LABEL, text) != NULL;
}

gboolean
dialog_has_row (GtkWindow  *window,
                const char *title)
{
  return dialog_find (GTK_WIDGET (window), ADW_TYPE_PREFERENCES_ROW, title) != NULL;
}

void
dialog_type (GtkWindow  *window,
             const char *row,
             const char *text)
{
  GtkWidget *entry = dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, row);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

const char *
dialog_get_typed (GtkWindow  *window,
                  const char *row)
{
  GtkWidget *entry = dialog_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, row);

  g_assert_nonnull (entry);
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

void
dialog_assert_name (GtkWidget  *widget,
                    const char *name)
{
  GtkWidget *label;

  g_assert_nonnull (widget);
  label = dialog_find (GTK_WIDGET (gtk_widget_get_root (widget)), GTK_TYPE_LABEL, name);
  g_assert_nonnull (label);
  gtk_test_accessible_assert_relation (widget, GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL);
  /* With both, GTK 4.8 tells the name twice. */
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget),
                                                  GTK_ACCESSIBLE_PROPERTY_LABEL));
}

void
dialog_test_init (int    *argc,
                  char ***argv)
{
  /* Newer icon loaders ask for types, which isolated folders do not have; they stay known. */
  g_autofree char *type = g_content_type_guess ("icon.svg", NULL, 0, NULL);

  g_assert_nonnull (type);
  setlocale (LC_ALL, "");
  /* The desktop's own one wants schemas that isolated folders do not have. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  /* A keyring of the machine that runs the tests must not be asked. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (argc, argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

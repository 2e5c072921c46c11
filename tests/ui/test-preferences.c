/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "config.h"
#include "mainstay-preferences-window.h"
#include "ui-test.h"

/* The n-th widget of @type that is seen, in the order of the window. */
static GtkWidget *
find_nth (GtkWidget    *root,
          GType         type,
          unsigned int *n)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (*n)-- == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_nth (child, type, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find (GtkWindow    *window,
      GType         type,
      unsigned int  n,
      const char   *name)
{
  GtkWidget *found = find_nth (GTK_WIDGET (window), type, &n);

  g_assert_nonnull (found);
  gtk_test_accessible_assert_relation (found, GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                       ui_test_find (GTK_WIDGET (window), GTK_TYPE_LABEL, name),
                                       NULL);
  return found;
}

static void
test_settings (void)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  g_autoptr(GtkWindow) window = NULL;
  GtkWidget *transfers, *limit, *speed;

  /* No round number: looking at it changes nothing. */
  g_settings_set_uint64 (settings, "speed-limit", 2512345);
  g_settings_set_uint (settings, "transfers-at-once", 5);
  mainstay_preferences_window_present (NULL, settings);
  window = g_list_model_get_item (gtk_window_get_toplevels (), 0);
  ui_test_settle ();
  g_assert_cmpstr (gtk_window_get_title (window), ==, "Preferences");
  transfers = find (window, GTK_TYPE_SPIN_BUTTON, 0, "Transfers at once");
  limit = find (window, GTK_TYPE_SWITCH, 0, "Limit the speed");
  speed = find (window, GTK_TYPE_SPIN_BUTTON, 1, "Highest speed in MB/s");
  g_assert_cmpuint (g_settings_get_uint64 (settings, "speed-limit"), ==, 2512345);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (transfers)), ==, 5);
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (limit)));

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (speed), 12.5);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "speed-limit"), ==, 12500000);
  gtk_switch_set_active (GTK_SWITCH (limit), FALSE);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "speed-limit"), ==, 0);
  g_assert_false (gtk_widget_is_sensitive (speed));
  gtk_switch_set_active (GTK_SWITCH (limit), TRUE);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "speed-limit"), ==, 12500000);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (transfers), 99);
  g_assert_cmpuint (g_settings_get_uint (settings, "transfers-at-once"), ==, 16);
  /* What somebody else sets is shown. */
  g_settings_reset (settings, "speed-limit");
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (limit)));
  g_settings_reset (settings, "transfers-at-once");
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (transfers)), ==, 3);
  gtk_window_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/preferences/settings", test_settings);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "config.h"
#include "ui-test.h"
#include "window-fixture.h"

static GtkLabel *
show (WindowFixture *fixture,
      int            width,
      const char    *text)
{
  g_autoptr(GSettings) settings = g_settings_new (MAINSTAY_APPLICATION_ID);
  GtkWidget *label;

  g_settings_set (settings, "window-size", "(ii)", width, 700);
  window_fixture_present (fixture);
  ui_test_settle ();
  _mainstay_window_toast (fixture->window, text);
  ui_test_settle ();
  label = window_fixture_find (fixture, GTK_TYPE_LABEL, text);
  g_assert_nonnull (label);
  return GTK_LABEL (label);
}

/* What is said of long names and paths can be read to its end. */
static void
test_long (WindowFixture *fixture,
           gconstpointer  data)
{
  GtkLabel *label = show (fixture, GPOINTER_TO_INT (data),
    "Download of the backup of Warehouse management production, 22 Nov 2026, 01:14: The server "
    "closed the connection before all of “warehouse-management-production-2026-11-22.tar.gz” was "
    "there, and the part that is there was kept");
  GtkWidget *window = GTK_WIDGET (fixture->window);
  graphene_rect_t bounds;
  int height;

  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (label), window, &bounds));
  g_assert_cmpfloat (bounds.origin.x, >=, 0);
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, gtk_widget_get_width (window));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, gtk_widget_get_height (window));
  pango_layout_get_pixel_size (gtk_label_get_layout (label), NULL, &height);
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (label)), >=, height);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (label)));
}

/* What has room on one line stands on one line. */
static void
test_short (WindowFixture *fixture,
            gconstpointer  data)
{
  GtkLabel *label = show (fixture, GPOINTER_TO_INT (data),
                          "Restore into Acceptance: Completed at 17:01");

  g_assert_cmpint (pango_layout_get_line_count (gtk_label_get_layout (label)), ==, 1);
}

#define ADD(path, width, function)                                                               \
  g_test_add (path, WindowFixture, GINT_TO_POINTER (width), window_fixture_set_up, function,     \
              window_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  ADD ("/ui/toasts/short", 1100, test_short);
  ADD ("/ui/toasts/long/wide", 1100, test_long);
  ADD ("/ui/toasts/long/narrow", 480, test_long);
  ADD ("/ui/toasts/long/least", 360, test_long);
  return g_test_run ();
}

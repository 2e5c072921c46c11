/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>

#include "dialog-driver.h"
#include "mainstay-activity-view.h"

/* What the activity view shows of what happened in an environment. */

#define PAGE 50

static GtkWidget *
show (DialogFixture *fixture)
{
  GtkWidget *view = g_object_new (MAINSTAY_TYPE_ACTIVITY_VIEW, NULL);

  mainstay_activity_view_set_operations (MAINSTAY_ACTIVITY_VIEW (view), fixture->operations);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 700);
  adw_window_set_content (ADW_WINDOW (fixture->window), view);
  gtk_window_present (GTK_WINDOW (fixture->window));
  mainstay_activity_view_set_list (MAINSTAY_ACTIVITY_VIEW (view), fixture->list);
  return view;
}

static void
add (DialogFixture *fixture,
     const char    *json)
{
  g_autoptr(GString) text = g_string_new (json);

  g_string_replace (text, "'", "\"", 0);
  g_ptr_array_add (fixture->activity, g_string_free (g_steal_pointer (&text), FALSE));
}

/* As the n-th thing that ever happened. */
static void
put_first (DialogFixture *fixture,
           unsigned int   n)
{
  g_ptr_array_insert (fixture->activity, 0,
                      g_strdup_printf ("{\"id\": \"%u\", \"kind\": \"create\","
                                       " \"state\": \"completed\", \"by\": \"Ada\","
                                       " \"message\": \"number %u\","
                                       " \"at\": \"2026-11-23T07:00:00.000Z\"}", n, n));
}

/* The widget that shows these words, or words that they are a part of. */
static GtkWidget *
find_words (GtkWidget  *root,
            const char *words)
{
  if (!gtk_widget_get_visible (root))
    return NULL;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), words) != NULL)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_words (child, words);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static unsigned int
count_rows (GtkWidget *root)
{
  unsigned int count = gtk_widget_has_css_class (root, "activity-entry");

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    count += count_rows (child);
  return count;
}

static void
test_words (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new ("[\"activity\"]");
  static const char *const titles[] = {
    "Backup created", "Nightly backup", "Backup restored", "Data uploaded", "Backup downloaded",
    "Backup deleted", "Backup expired", "App started", "App stopped", "Package deployed",
  };
  static const char *const kinds[] = { "create", "nightly", "restore", "data_upload", "download",
                                       "delete", "expire", "start", "stop", "deploy" };
  GtkWidget *view;

  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *json = g_strdup_printf ("{'id': '%zu', 'kind': '%s', 'state': 'completed'}",
                                               i, kinds[i]);

      add (fixture, json);
    }
  add (fixture, "{'id': 'a', 'kind': 'restore', 'state': 'failed', 'by': 'Grace <Hopper>',"
                " 'message': 'The dump is of a newer server', 'at': '2026-11-23T07:00:00.000Z'}");
  add (fixture, "{'id': 'b', 'kind': 'scale', 'state': 'completed', 'by': 'Ada'}");
  add (fixture, "{'id': 'c', 'state': 'running'}");
  add (fixture, "{'id': 'd', 'kind': 'expire', 'state': 'completed',"
                " 'message': 'Completed expiry'}");
  add (fixture, "{'id': 'e', 'kind': 'delete', 'state': 'completed',"
                " 'message': 'Not needed now'}");
  view = show (fixture);
  dialog_wait_until (count_rows (view) == 15);
  for (size_t i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      g_test_message ("%s", titles[i]);
      g_assert_nonnull (find_words (view, titles[i]));
    }
  g_assert_nonnull (find_words (view, "Restore of a backup"));
  g_assert_nonnull (find_words (view, "Failed · Grace <Hopper> · 23 Nov 2026, 07:00\n"
                                      "The dump is of a newer server"));
  g_assert_null (find_words (view, "Completed expiry"));
  g_assert_nonnull (find_words (view, "Not needed now"));
  g_assert_nonnull (find_words (view, "Other activity: scale"));
  g_assert_nonnull (find_words (view, "Other activity"));
  g_assert_null (dialog_find (view, GTK_TYPE_BUTTON, "Show Older"));
}

static void
press_older (GtkWidget *view)
{
  g_signal_emit_by_name (dialog_find (view, GTK_TYPE_BUTTON, "Show Older"), "clicked");
}

static void
test_pages (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new ("[\"activity\"]");
  GtkWidget *view;

  for (unsigned int i = 1; i <= 2 * PAGE + 7; i++)
    put_first (fixture, i);
  view = show (fixture);
  dialog_wait_until (count_rows (view) == PAGE);
  g_assert_nonnull (find_words (view, "number 107"));
  g_assert_null (find_words (view, "number 57"));
  /* Something happens in between: nothing is shown twice or left out. */
  put_first (fixture, 108);
  press_older (view);
  dialog_wait_until (count_rows (view) == 2 * PAGE - 1);
  g_assert_nonnull (find_words (view, "number 57"));
  g_assert_null (find_words (view, "number 108"));
  mainstay_activity_view_reload (MAINSTAY_ACTIVITY_VIEW (view));
  dialog_wait_until (count_rows (view) == 2 * PAGE);
  g_assert_nonnull (find_words (view, "number 108"));
  press_older (view);
  dialog_wait_until (count_rows (view) == 2 * PAGE + 8);
  g_assert_nonnull (find_words (view, "number 1"));
  g_assert_null (dialog_find (view, GTK_TYPE_BUTTON, "Show Older"));
}

/* What is shown stays when older ones cannot be had. */
static void
test_page_refused (void)
{
  g_autoptr(DialogFixture) fixture = dialog_fixture_new ("[\"activity\"]");
  GtkWidget *view;

  for (unsigned int i = 1; i <= PAGE + 1; i++)
    put_first (fixture, i);
  view = show (fixture);
  dialog_wait_until (count_rows (view) == PAGE);
  fixture->api_key = "another";
  press_older (view);
  dialog_wait_until (find_words (view, "The portal does not accept the user name and API key.") !=
                     NULL);
  g_assert_cmpuint (count_rows (view), ==, PAGE);
  fixture->api_key = "right-key";
  press_older (view);
  dialog_wait_until (count_rows (view) == PAGE + 1);
  g_assert_null (find_words (view, "The portal does not accept"));
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  dialog_test_init (&argc, &argv);
  g_test_add_func ("/ui/activity-log/words", test_words);
  g_test_add_func ("/ui/activity-log/pages", test_pages);
  g_test_add_func ("/ui/activity-log/page-refused", test_page_refused);
  return g_test_run ();
}

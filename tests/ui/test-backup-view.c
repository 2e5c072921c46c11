/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-backup-cell.h"
#include "mainstay-backup-columns.h"
#include "mainstay-backup-view.h"
#include "mainstay-error.h"
#include "ui-test.h"

#define ALL_COLUMNS "Status | Date | Created by | Model version | Size | Expires on | Comment"

typedef struct
{
  GtkWidget *window;
  MainstayBackupView *view;
  GListStore *store;
} Fixture;

static const char *const backups[] = {
  "{'snapshot_id': 'aa', 'state': 'completed', 'created_at': '2026-11-01T02:00:00Z',"
  " 'expires_at': '2026-11-15T02:00:00Z', 'created_by': 'Nightly', 'type': 'nightly',"
  " 'model_version': '1.10.0', 'size_bytes': 5000000, 'comment': 'Automatic'}",
  "{'snapshot_id': 'bb', 'state': 'failed', 'created_at': '2026-11-03T02:00:00Z',"
  " 'expires_at': '2027-02-03T02:00:00Z', 'created_by': 'Ada Lovelace', 'type': 'manual',"
  " 'status_message': 'Disk full', 'size_bytes': null, 'comment': 'Before the Äpfel release'}",
  "{'snapshot_id': 'cc', 'state': 'completed', 'created_at': '2026-11-02T02:00:00Z',"
  " 'expires_at': '2027-02-02T02:00:00Z', 'created_by': 'Grace Hopper', 'type': 'manual',"
  " 'model_version': '1.9.0', 'size_bytes': 70000, 'comment': 'zero'}",
};

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  fixture->store = g_list_store_new (MAINSTAY_TYPE_BACKUP);
  for (size_t i = 0; i < G_N_ELEMENTS (backups); i++)
    {
      g_autoptr(MainstayBackup) backup = ui_test_make_backup (backups[i]);

      g_list_store_append (fixture->store, backup);
    }
  fixture->window = gtk_window_new ();
  fixture->view = g_object_new (MAINSTAY_TYPE_BACKUP_VIEW, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  mainstay_backup_view_set_model (fixture->view, G_LIST_MODEL (fixture->store));
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_wait_until (ui_test_find (fixture->window, GTK_TYPE_COLUMN_VIEW, NULL) != NULL);
  ui_test_settle ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  MainstayBackupView *view = fixture->view;

  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *) &view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  ui_test_wait_until (view == NULL);
  g_assert_finalize_object (fixture->store);
}

static char *
dup_ids (MainstayBackupView *view)
{
  GListModel *shown = mainstay_backup_view_get_shown (view);
  g_autoptr(GString) ids = g_string_new (NULL);

  for (unsigned int i = 0; i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr(MainstayBackup) backup = g_list_model_get_item (shown, i);

      g_string_append_printf (ids, "%s ", mainstay_backup_get_id (backup));
    }
  return g_strstrip (g_string_free (g_steal_pointer (&ids), FALSE));
}

/* How long a filter takes is the machine's affair. */
static void
wait_for_ids (MainstayBackupView *view,
              const char         *expected)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  gboolean there = FALSE;

  ui_test_settle ();
  while (!there && g_get_monotonic_time () < end)
    {
      g_autofree char *ids = dup_ids (view);

      there = g_str_equal (ids, expected);
      if (!there)
        ui_test_iterate ();
    }
}

#define assert_ids(fixture, expected) \
  G_STMT_START { \
    g_autofree char *shown_ids = NULL; \
    wait_for_ids ((fixture)->view, expected); \
    shown_ids = dup_ids ((fixture)->view); \
    g_assert_cmpstr (shown_ids, ==, expected); \
  } G_STMT_END

static GtkWidget *
find_column_view (Fixture *fixture)
{
  return ui_test_find (fixture->window, GTK_TYPE_COLUMN_VIEW, NULL);
}

static void
test_names (Fixture       *fixture,
            gconstpointer  user_data)
{
  GtkWidget *search = ui_test_find (fixture->window, GTK_TYPE_SEARCH_ENTRY, NULL);
  GtkWidget *filter = ui_test_find (fixture->window, GTK_TYPE_DROP_DOWN, NULL);

  gtk_test_accessible_assert_property (find_column_view (fixture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Backups");
  gtk_test_accessible_assert_property (search, GTK_ACCESSIBLE_PROPERTY_LABEL, "Search backups");
  gtk_test_accessible_assert_property (filter, GTK_ACCESSIBLE_PROPERTY_LABEL, "Status filter");
}

/* The row's words, in the order of the columns, newest backup first. */
static void
test_rows (Fixture       *fixture,
           gconstpointer  user_data)
{
  GtkWidget *list = ui_test_find (fixture->window, GTK_TYPE_LIST_VIEW, NULL);
  g_autofree char *words = ui_test_dup_words (list);
  g_autofree char *header =
    ui_test_dup_words (gtk_widget_get_first_child (find_column_view (fixture)));

  g_assert_cmpstr (header, ==, ALL_COLUMNS);
  g_assert_cmpstr (words, ==,
                   "Failed | 3 Nov 2026, 02:00 | Ada Lovelace | — | — | 3 Feb 2027 | "
                   "Before the Äpfel release | "
                   "Completed | 2 Nov 2026, 02:00 | Grace Hopper | 1.9.0 | 70.0\302\240kB | "
                   "2 Feb 2027 | zero | "
                   "Completed | 1 Nov 2026, 02:00 | Nightly | 1.10.0 | 5.0\302\240MB | "
                   "15 Nov 2026 | Automatic");
}

static void
test_sort (Fixture       *fixture,
           gconstpointer  user_data)
{
  static const struct
  {
    const char *column;
    const char *ascending;
  } orders[] = {
    { "status", "aa cc bb" },     { "date", "aa cc bb" }, { "created-by", "bb cc aa" },
    { "model-version", "bb cc aa" }, { "size", "bb cc aa" }, { "expires", "aa cc bb" },
    { "comment", "aa bb cc" },
  };

  assert_ids (fixture, "bb cc aa");
  for (size_t i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      gboolean descending = TRUE;

      mainstay_backup_view_sort (fixture->view, "date", FALSE);
      mainstay_backup_view_sort (fixture->view, orders[i].column, FALSE);
      g_test_message ("by %s", orders[i].column);
      assert_ids (fixture, orders[i].ascending);
      g_assert_cmpstr (mainstay_backup_view_get_sorted (fixture->view, &descending), ==,
                       orders[i].column);
      g_assert_false (descending);
      mainstay_backup_view_sort (fixture->view, orders[i].column, TRUE);
      g_assert_cmpstr (mainstay_backup_view_get_sorted (fixture->view, &descending), ==,
                       orders[i].column);
      g_assert_true (descending);
    }
}

/* Sorting needs an order for every pair, and one that goes round in no circle. */
static void
test_version_order (void)
{
  static const char *const ascending[] = {
    NULL, "1.2", "1.2.5", "1.2.10", "1.2.10.7", "1.2.1a", "1.2.e3c1", "1.3", "2",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (ascending); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (ascending); j++)
      {
        int order = mainstay_backup_columns_compare_versions (ascending[i], ascending[j]);

        g_test_message ("%s and %s", ascending[i], ascending[j]);
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
      }
}

static void
test_search (Fixture       *fixture,
             gconstpointer  user_data)
{
  GtkEditable *search = GTK_EDITABLE (ui_test_find (fixture->window, GTK_TYPE_SEARCH_ENTRY, NULL));
  static const struct
  {
    const char *text;
    const char *ids;
  } searches[] = {
    { "ÄPFEL", "bb" }, { "ada release", "bb" }, { "release ada", "bb" }, { "nightly", "aa" },
    { "1.9", "cc" },   { "CC", "cc" },          { "  ", "bb cc aa" },    { "ada zero", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      gtk_editable_set_text (search, searches[i].text);
      g_signal_emit_by_name (search, "search-changed");
      g_test_message ("for %s", searches[i].text);
      assert_ids (fixture, searches[i].ids);
    }
  g_assert_nonnull (ui_test_find (fixture->window, GTK_TYPE_LABEL, "No Matching Backups"));
  g_signal_emit_by_name (ui_test_find (fixture->window, GTK_TYPE_BUTTON, "Show All Backups"),
                         "clicked");
  assert_ids (fixture, "bb cc aa");
  g_assert_cmpstr (gtk_editable_get_text (search), ==, "");
}

static void
test_status_filter (Fixture       *fixture,
                    gconstpointer  user_data)
{
  GtkDropDown *filter = GTK_DROP_DOWN (ui_test_find (fixture->window, GTK_TYPE_DROP_DOWN, NULL));
  GListModel *choices = gtk_drop_down_get_model (filter);
  static const char *const words[] = { "All statuses", "Queued", "Running", "Failed", "Completed" };
  static const char *const ids[] = { "bb cc aa", "", "", "bb", "cc aa" };

  g_assert_cmpuint (g_list_model_get_n_items (choices), ==, G_N_ELEMENTS (words));
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_cmpstr (gtk_string_list_get_string (GTK_STRING_LIST (choices), i), ==, words[i]);
      gtk_drop_down_set_selected (filter, i);
      assert_ids (fixture, ids[i]);
    }
}

/* How far it is can be read to its end. */
static void
test_running_fits (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autoptr(MainstayBackup) backup = ui_test_make_backup (
    "{'snapshot_id': 'dd', 'state': 'running', 'progress': 1,"
    " 'created_at': '2026-11-04T02:00:00Z'}");
  GtkWidget *label;

  g_list_store_insert (fixture->store, 0, backup);
  assert_ids (fixture, "dd bb cc aa");
  ui_test_wait_until (ui_test_find (fixture->window, GTK_TYPE_LABEL, "Running 100%") != NULL);
  label = ui_test_find (fixture->window, GTK_TYPE_LABEL, "Running 100%");
  ui_test_wait_until (gtk_widget_get_width (label) > 0);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))));
}

/* A row that is shown because it is running goes when it has ended. */
static void
test_follows_state (Fixture       *fixture,
                    gconstpointer  user_data)
{
  GtkDropDown *filter = GTK_DROP_DOWN (ui_test_find (fixture->window, GTK_TYPE_DROP_DOWN, NULL));
  g_autoptr(MainstayBackup) backup = ui_test_make_backup (
    "{'snapshot_id': 'dd', 'state': 'running', 'progress': 0.4,"
    " 'created_at': '2026-11-04T02:00:00Z'}");
  g_autoptr(MainstayBackup) newer = ui_test_make_backup (
    "{'snapshot_id': 'dd', 'state': 'completed', 'model_version': '1.11.0',"
    " 'created_at': '2026-11-04T02:00:00Z'}");

  g_list_store_insert (fixture->store, 0, backup);
  gtk_drop_down_set_selected (filter, 2);
  assert_ids (fixture, "dd");
  g_assert_nonnull (ui_test_find (fixture->window, GTK_TYPE_LABEL, "Running 40%"));
  mainstay_backup_update (backup, newer);
  assert_ids (fixture, "");
  gtk_drop_down_set_selected (filter, 0);
  assert_ids (fixture, "dd bb cc aa");
  g_assert_null (ui_test_find (fixture->window, GTK_TYPE_LABEL, "Running 40%"));
  g_assert_nonnull (ui_test_find (fixture->window, MAINSTAY_TYPE_BACKUP_CELL, "1.11.0"));
}

static void
selected_cb (unsigned int *count)
{
  (*count)++;
}

/* The selection is of a backup, not of a place. */
static void
test_selection (Fixture       *fixture,
                gconstpointer  user_data)
{
  g_autoptr(MainstayBackup) middle = g_list_model_get_item (G_LIST_MODEL (fixture->store), 2);
  g_autoptr(MainstayBackup) newest = ui_test_make_backup (
    "{'snapshot_id': 'ee', 'state': 'queued', 'created_at': '2026-12-01T02:00:00Z'}");
  unsigned int count = 0;

  g_assert_null (mainstay_backup_view_get_selected (fixture->view));
  g_signal_connect_swapped (fixture->view, "notify::selected", G_CALLBACK (selected_cb), &count);
  mainstay_backup_view_select (fixture->view, middle);
  g_assert_cmpuint (count, ==, 1);
  g_list_store_insert (fixture->store, 0, newest);
  assert_ids (fixture, "ee bb cc aa");
  g_assert_true (mainstay_backup_view_get_selected (fixture->view) == middle);
  mainstay_backup_view_sort (fixture->view, "comment", TRUE);
  ui_test_settle ();
  g_assert_true (mainstay_backup_view_get_selected (fixture->view) == middle);
  g_assert_cmpuint (count, ==, 1);
  g_list_store_remove (fixture->store, 3);
  ui_test_settle ();
  g_assert_null (mainstay_backup_view_get_selected (fixture->view));
  mainstay_backup_view_select (fixture->view, NULL);
  g_signal_handlers_disconnect_by_data (fixture->view, &count);
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  user_data)
{
  g_autoptr(GError) error =
    g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_NO_ACCESS, "no <b>");
  g_autofree char *words = NULL;

  g_list_store_remove_all (fixture->store);
  ui_test_settle ();
  g_assert_nonnull (ui_test_find (fixture->window, GTK_TYPE_LABEL, "No Backups Yet"));
  g_object_set (fixture->view, "loading", TRUE, NULL);
  g_assert_nonnull (ui_test_find (fixture->window, GTK_TYPE_LABEL, "Loading backups…"));
  g_object_set (fixture->view, "loading", FALSE, "error", error, NULL);
  ui_test_settle ();
  words = ui_test_dup_words (fixture->window);
  g_test_message ("%s", words);
  g_assert_nonnull (ui_test_find (fixture->window, GTK_TYPE_LABEL, "Permission Missing"));
  g_assert_nonnull (ui_test_find (fixture->window, GTK_TYPE_BUTTON, "Try Again"));
}

static void
test_known (Fixture       *fixture,
            gconstpointer  user_data)
{
  GtkWidget *header = gtk_widget_get_first_child (find_column_view (fixture));
  g_autofree char *plain = NULL;
  g_autofree char *all = NULL;

  mainstay_backup_view_set_known (fixture->view, FALSE);
  plain = ui_test_dup_words (header);
  g_assert_cmpstr (plain, ==, "Status | Date | Created by | Model version | Expires on | Comment");
  mainstay_backup_view_set_known (fixture->view, TRUE);
  all = ui_test_dup_words (header);
  g_assert_cmpstr (all, ==, ALL_COLUMNS);
}

static void
resize (Fixture *fixture,
        int      width)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, 400);
  ui_test_wait_until (gtk_widget_get_width (GTK_WIDGET (fixture->view)) == width);
  ui_test_settle ();
}

/* The column's titles, once the comment was seen to have room in the window, all up to its end. */
static char *
dup_fitting (Fixture *fixture)
{
  GtkWidget *list = ui_test_find (fixture->window, GTK_TYPE_LIST_VIEW, NULL);
  GtkWidget *comment = ui_test_find (list, MAINSTAY_TYPE_BACKUP_CELL, "zero");
  double width = gtk_widget_get_width (fixture->window);
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (comment, fixture->window, &bounds));
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, width);
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, >, width - 20);
  g_assert_cmpfloat (bounds.size.width, >=, 150);
  return ui_test_dup_words (gtk_widget_get_first_child (find_column_view (fixture)));
}

/* The comment has room at every width, for which other columns go, and they come again. */
static void
test_fits (Fixture       *fixture,
           gconstpointer  user_data)
{
  static const int widths[] = { 1000, 800, 700, 600, 480 };
  GListModel *columns =
    gtk_column_view_get_columns (GTK_COLUMN_VIEW (find_column_view (fixture)));
  g_autoptr(GtkColumnViewColumn) creator = g_list_model_get_item (columns, 2);
  g_autofree char *words = dup_fitting (fixture);

  g_assert_cmpstr (words, ==, ALL_COLUMNS);
  gtk_column_view_column_set_fixed_width (creator, 130);
  for (size_t i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autofree char *before = g_steal_pointer (&words);

      resize (fixture, widths[i]);
      words = dup_fitting (fixture);
      g_test_message ("%d: %s", widths[i], words);
      g_assert_cmpuint (strlen (words), <=, strlen (before));
    }
  g_assert_cmpstr (words, ==, "Status | Date | Comment");
  resize (fixture, 1000);
  g_clear_pointer (&words, g_free);
  words = dup_fitting (fixture);
  g_assert_cmpstr (words, ==, ALL_COLUMNS);
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (creator), ==, 130);
}

/* Hundred thousand rows come and go in steps, none of which holds the main loop up. */
static void
test_many (Fixture       *fixture,
           gconstpointer  user_data)
{
  const unsigned int n = 20000;
  g_autoptr(GPtrArray) many = g_ptr_array_new_with_free_func (g_object_unref);
  GtkDropDown *filter = GTK_DROP_DOWN (ui_test_find (fixture->window, GTK_TYPE_DROP_DOWN, NULL));
  GListModel *shown = mainstay_backup_view_get_shown (fixture->view);

  for (unsigned int i = 0; i < n; i++)
    {
      g_autofree char *json = g_strdup_printf (
        "{'snapshot_id': 'x%u', 'state': '%s', 'created_at': '2026-10-%02uT02:00:00Z'}", i,
        i % 4 == 0 ? "failed" : "completed", i % 28 + 1);

      g_ptr_array_add (many, ui_test_make_backup (json));
    }
  g_list_store_splice (fixture->store, 0, 0, many->pdata, many->len);
  ui_test_wait_until (g_list_model_get_n_items (shown) == n + 3);
  gtk_drop_down_set_selected (filter, 3);
  ui_test_wait_until (g_list_model_get_n_items (shown) == n / 4 + 1);
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);

  ADD ("/ui/backup-view/names", test_names);
  ADD ("/ui/backup-view/rows", test_rows);
  ADD ("/ui/backup-view/sort", test_sort);
  g_test_add_func ("/ui/backup-view/version-order", test_version_order);
  ADD ("/ui/backup-view/search", test_search);
  ADD ("/ui/backup-view/status-filter", test_status_filter);
  ADD ("/ui/backup-view/running-fits", test_running_fits);
  ADD ("/ui/backup-view/follows-state", test_follows_state);
  ADD ("/ui/backup-view/selection", test_selection);
  ADD ("/ui/backup-view/pages", test_pages);
  ADD ("/ui/backup-view/known", test_known);
  ADD ("/ui/backup-view/fits", test_fits);
  ADD ("/ui/backup-view/many", test_many);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "ui-test.h"

#include <adwaita.h>
#include <locale.h>

#include "mainstay-backup-cell.h"
#include "mainstay-json.h"

/* The person's own folders must not be touched. G_TEST_OPTION_ISOLATE_DIRS hides the system's as
 * well, and with them what GTK needs to read its icons. */
static void
isolate_home (void)
{
  static const char *const variables[] = { "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                           "XDG_STATE_HOME" };

  for (size_t i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "home", variables[i], NULL);

      g_setenv (variables[i], folder, TRUE);
    }
}

void
ui_test_init (int    *argc,
              char ***argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (argc, argv, NULL);
  isolate_home ();
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

static JsonObject *
parse (const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = mainstay_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}

MainstayBackup *
ui_test_make_backup (const char *json)
{
  g_autoptr(JsonObject) object = parse (json);
  g_autoptr(GError) error = NULL;
  MainstayBackup *backup = mainstay_backup_new_from_json (object, &error);

  g_assert_no_error (error);
  return backup;
}

MainstayEnvironment *
ui_test_make_environment (const char *json)
{
  g_autoptr(JsonObject) object = parse (json);
  g_autoptr(GError) error = NULL;
  MainstayEnvironment *environment = mainstay_environment_new_from_json (object, &error);

  g_assert_no_error (error);
  return environment;
}

static gboolean
has_words (GtkWidget  *widget,
           const char *text)
{
  if (text == NULL)
    return TRUE;
  if (GTK_IS_LABEL (widget))
    return g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), text) == 0;
  if (MAINSTAY_IS_BACKUP_CELL (widget))
    return g_strcmp0 (mainstay_backup_cell_get_text (MAINSTAY_BACKUP_CELL (widget)), text) == 0;
  if (GTK_IS_BUTTON (widget))
    return g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0 ||
           g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0;
  return FALSE;
}

/* Mapped and not just visible: pages of a stack that are not shown do not count. */
GtkWidget *
ui_test_find (GtkWidget  *root,
              GType       type,
              const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && has_words (root, text))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_test_find (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
collect_words (GtkWidget *root,
               GPtrArray *words)
{
  if (!gtk_widget_get_mapped (root))
    return;
  if (GTK_IS_LABEL (root))
    g_ptr_array_add (words, (gpointer) gtk_label_get_text (GTK_LABEL (root)));
  else if (MAINSTAY_IS_BACKUP_CELL (root) && gtk_widget_get_first_child (root) == NULL)
    g_ptr_array_add (words,
                     (gpointer) mainstay_backup_cell_get_text (MAINSTAY_BACKUP_CELL (root)));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_words (child, words);
}

char *
ui_test_dup_words (GtkWidget *root)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new ();

  collect_words (root, words);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" | ", (char **) words->pdata);
}

GtkWidget *
ui_test_find_button (GtkWidget  *root,
                     const char *action_name)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (GTK_IS_BUTTON (root) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (root)), action_name) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_test_find_button (child, action_name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
woken_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* Sleeps in the main context, but not for ever. */
unsigned int
ui_test_count_glyphs (GtkLabel *label)
{
  PangoLayoutIter *iter = pango_layout_get_iter (gtk_label_get_layout (label));
  unsigned int count = 0;

  do
    {
      PangoLayoutRun *run = pango_layout_iter_get_run_readonly (iter);

      count += run != NULL ? (unsigned int) run->glyphs->num_glyphs : 0;
    }
  while (pango_layout_iter_next_run (iter));
  pango_layout_iter_free (iter);
  return count;
}

void
ui_test_iterate (void)
{
  unsigned int wake = g_timeout_add (10, woken_cb, NULL);

  if (g_main_context_iteration (NULL, TRUE))
    {
      GSource *source = g_main_context_find_source_by_id (NULL, wake);

      if (source != NULL)
        g_source_destroy (source);
    }
}

void
ui_test_settle (void)
{
  gint64 start = g_get_monotonic_time ();
  gint64 end = start + G_USEC_PER_SEC / 5;

  while (g_get_monotonic_time () < end ||
         (g_main_context_pending (NULL) && g_get_monotonic_time () < start + G_USEC_PER_SEC))
    ui_test_iterate ();
}

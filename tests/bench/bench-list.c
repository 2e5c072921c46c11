/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */

/* bench-list BACKUPS: the application on the account that the environment variables name, which
 * lists that many backups. Prints how long the list took to load, to sort and to search, and the
 * longest that the main loop was held up meanwhile: by the clock on the wall, and by the time that
 * its thread had a processor. Where other programs keep the processors busy the first is longer by
 * what they took. */

#include <adwaita.h>
#include <time.h>

#include "mainstay-application.h"
#include "mainstay-backup-view.h"

/* The heart beats this often; what lies beyond it between two beats is a stall. */
#define BEAT_MS 2
#define PATIENCE_S 120

typedef struct
{
  MainstayApplication *application; /* borrowed */
  GtkColumnView *view;              /* borrowed; NULL until it is there */
  unsigned int wanted;
  unsigned int stage;
  gboolean painted;
  gint64 last_beat;    /* all in microseconds */
  gint64 last_cpu;
  gint64 longest;
  gint64 longest_cpu;
  gint64 stage_began;
  gint64 began;
} Bench;

/* What this thread has computed so far. */
static gint64
get_cpu_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static GtkWidget *
find_widget (GtkWidget *widget,
             GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
end_stage (Bench      *bench,
           const char *name)
{
  gint64 now = g_get_monotonic_time ();

  g_print ("%s: %.0f ms, longest stall %.1f ms (%.1f ms computing)\n", name,
           (now - bench->stage_began) / 1e3, bench->longest / 1e3, bench->longest_cpu / 1e3);
  bench->stage++;
  bench->stage_began = now;
  bench->longest = bench->longest_cpu = 0;
}

static unsigned int
count_rows (Bench *bench)
{
  return g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (bench->view)));
}

static gboolean
is_pending (GListModel *model)
{
  if (GTK_IS_FILTER_LIST_MODEL (model))
    return gtk_filter_list_model_get_pending (GTK_FILTER_LIST_MODEL (model)) > 0;
  return GTK_IS_SORT_LIST_MODEL (model) &&
         gtk_sort_list_model_get_pending (GTK_SORT_LIST_MODEL (model)) > 0;
}

static gboolean
is_settled (Bench *bench)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (bench->view));

  while (model != NULL && !is_pending (model))
    {
      if (g_object_class_find_property (G_OBJECT_GET_CLASS (model), "model") == NULL)
        return TRUE;
      g_object_get (model, "model", &model, NULL);
      if (model != NULL)
        g_object_unref (model); /* held by the one above it */
    }
  return model == NULL;
}

static void
sort_by_last_column (Bench *bench)
{
  GListModel *columns = gtk_column_view_get_columns (bench->view);
  g_autoptr(GtkColumnViewColumn) column =
    g_list_model_get_item (columns, g_list_model_get_n_items (columns) - 1);

  gtk_column_view_sort_by_column (bench->view, column, GTK_SORT_ASCENDING);
}

static void
search (Bench      *bench,
        const char *text)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (bench->view), MAINSTAY_TYPE_BACKUP_VIEW);
  GtkWidget *entry = find_widget (page, GTK_TYPE_SEARCH_ENTRY);

  g_assert (entry != NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
painted_cb (Bench *bench)
{
  bench->painted = TRUE;
}

static gboolean
look_for_view (Bench *bench)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (bench->application));

  if (window == NULL || bench->view != NULL || !gtk_widget_get_realized (GTK_WIDGET (window)))
    return bench->view != NULL;
  bench->view = GTK_COLUMN_VIEW (find_widget (GTK_WIDGET (window), GTK_TYPE_COLUMN_VIEW));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                            G_CALLBACK (painted_cb), bench);
  return bench->view != NULL;
}

static void
advance (Bench *bench)
{
  unsigned int rows = count_rows (bench);

  if (bench->stage == 0 && bench->painted)
    end_stage (bench, "start, up to the first frame");
  else if (bench->stage == 1 && rows > 0)
    end_stage (bench, "first rows");
  else if (bench->stage == 2 && rows >= bench->wanted && is_settled (bench))
    {
      end_stage (bench, "all rows");
      sort_by_last_column (bench);
    }
  else if (bench->stage == 3 && is_settled (bench))
    {
      end_stage (bench, "sorted by comment");
      search (bench, "no backup has such a comment");
    }
  else if (bench->stage == 4 && rows == 0 && is_settled (bench))
    {
      end_stage (bench, "searched in vain");
      search (bench, "");
    }
  else if (bench->stage == 5 && rows >= bench->wanted && is_settled (bench))
    {
      end_stage (bench, "search cleared");
      g_application_quit (G_APPLICATION (bench->application));
    }
}

static gboolean
beat_cb (gpointer data)
{
  Bench *bench = data;
  gint64 now = g_get_monotonic_time ();

  bench->longest = MAX (bench->longest, now - bench->last_beat - BEAT_MS * 1000);
  bench->longest_cpu = MAX (bench->longest_cpu, get_cpu_time () - bench->last_cpu);
  /* Before what follows, which sorts and searches at once. */
  bench->last_beat = g_get_monotonic_time ();
  bench->last_cpu = get_cpu_time ();
  if (look_for_view (bench))
    advance (bench);
  if (now - bench->began > PATIENCE_S * G_USEC_PER_SEC)
    g_error ("Stage %u never ended: %u rows", bench->stage, count_rows (bench));
  return G_SOURCE_CONTINUE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(MainstayApplication) application = mainstay_application_new ();
  Bench bench = { .application = application };

  if (argc != 2)
    {
      g_printerr ("usage: bench-list BACKUPS\n");
      return 2;
    }
  bench.wanted = (unsigned int) g_ascii_strtoull (argv[1], NULL, 10);
  bench.began = bench.stage_began = bench.last_beat = g_get_monotonic_time ();
  g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MS, beat_cb, &bench, NULL);
  return g_application_run (G_APPLICATION (application), 1, argv);
}

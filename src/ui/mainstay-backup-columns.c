/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-backup-columns.h"

#include "config.h"
#include "mainstay-format.h"
#include "mainstay-json.h"
#include "mainstay-version.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum { SORT_NUMBER, SORT_COMMENT, SORT_CREATOR, SORT_VERSION } SortKind;

typedef struct
{
  const char *name;     /* in the settings */
  const char *title;
  const char *property; /* (nullable): the number that is sorted by */
  SortKind sort;
  int width;            /* pixels */
  gboolean details;     /* only with the extension snapshot-details */
} Column;

static const Column columns[MAINSTAY_N_COLUMNS] = {
  [MAINSTAY_COLUMN_STATUS] = { "status", N_("Status"), "state", SORT_NUMBER, 116, FALSE },
  [MAINSTAY_COLUMN_DATE] = { "date", N_("Date"), "created-at", SORT_NUMBER, 144, FALSE },
  [MAINSTAY_COLUMN_CREATED_BY] = { "created-by", N_("Created by"), NULL, SORT_CREATOR, 104, FALSE },
  [MAINSTAY_COLUMN_MODEL_VERSION] = { "model-version", N_("Model version"), NULL, SORT_VERSION, 116,
                                      FALSE },
  [MAINSTAY_COLUMN_SIZE] = { "size", N_("Size"), "size-bytes", SORT_NUMBER, 84, TRUE },
  [MAINSTAY_COLUMN_EXPIRES] = { "expires", N_("Expires on"), "expires-at", SORT_NUMBER, 100,
                                FALSE },
  [MAINSTAY_COLUMN_COMMENT] = { "comment", N_("Comment"), NULL, SORT_COMMENT, -1, FALSE },
};

/* Where there is little room, these go in this order; the details of a backup tell them as well. */
static const MainstayColumn dispensable[] = {
  MAINSTAY_COLUMN_EXPIRES, MAINSTAY_COLUMN_CREATED_BY, MAINSTAY_COLUMN_SIZE,
  MAINSTAY_COLUMN_MODEL_VERSION,
};

/* Pixels for the first words of a comment, by which one backup is told from another. */
#define LEAST_COMMENT 180

/* The width of a hidden column, which may have been changed by hand. */
#define WIDTH_KEY "mainstay-width"

/* Where the parts that decide cannot be compared as numbers: the shorter version first, numbers
 * before words, words by their letters. Together with the known order this is transitive. */
static int
compare_deciding_parts (const char *a,
                        const char *b)
{
  size_t common = 0, length_a, length_b;
  gboolean number_a, number_b;

  while (a[common] == b[common] && a[common] != '\0')
    common++;
  while (common > 0 && a[common - 1] != '.')
    common--;
  a += common;
  b += common;
  length_a = strcspn (a, ".");
  length_b = strcspn (b, ".");
  number_a = strspn (a, "0123456789") == length_a;
  number_b = strspn (b, "0123456789") == length_b;
  if (length_a == 0 || length_b == 0)
    return (length_a > 0) - (length_b > 0);
  if (number_a != number_b)
    return number_a ? -1 : 1;
  return strcmp (a, b);
}

int
mainstay_backup_columns_compare_versions (const char *a,
                                          const char *b)
{
  if (g_strcmp0 (a, b) == 0)
    return 0;
  switch (mainstay_version_compare (a, b))
    {
    case MAINSTAY_ORDER_OLDER:
      return -1;
    case MAINSTAY_ORDER_NEWER:
      return 1;
    case MAINSTAY_ORDER_SAME:
      return 0;
    case MAINSTAY_ORDER_UNKNOWN:
    default:
      return compare_deciding_parts (a != NULL ? a : "", b != NULL ? b : "");
    }
}

static int
compare_versions_cb (const void *a,
                     const void *b,
                     void       *user_data)
{
  return mainstay_backup_columns_compare_versions (
    mainstay_backup_get_model_version ((MainstayBackup *) a),
    mainstay_backup_get_model_version ((MainstayBackup *) b));
}

/* The string sorter of GTK 4.8 does not take NULL. */
static char *
dup_key (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

/* Sorts by what is on screen, where every automatic one is "Nightly". */
static char *
creator_key (MainstayBackup *backup,
             gpointer        user_data)
{
  if (backup == NULL)
    return dup_key (NULL);
  return dup_key (mainstay_backup_is_automatic (backup) ? _("Nightly")
                                                        : mainstay_backup_get_created_by (backup));
}

static char *
comment_key (MainstayBackup *backup,
             gpointer        user_data)
{
  return dup_key (backup != NULL ? mainstay_backup_get_comment (backup) : NULL);
}

static GtkSorter *
make_text_sorter (GCallback get_key)
{
  GtkExpression *expression =
    gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, get_key, NULL, NULL);

  return GTK_SORTER (gtk_string_sorter_new (expression));
}

static GtkSorter *
make_sorter (const Column *column)
{
  switch (column->sort)
    {
    case SORT_NUMBER:
      return GTK_SORTER (gtk_numeric_sorter_new (
        gtk_property_expression_new (MAINSTAY_TYPE_BACKUP, NULL, column->property)));
    case SORT_COMMENT:
      return make_text_sorter (G_CALLBACK (comment_key));
    case SORT_CREATOR:
      return make_text_sorter (G_CALLBACK (creator_key));
    case SORT_VERSION:
    default:
      return GTK_SORTER (gtk_custom_sorter_new (compare_versions_cb, NULL, NULL));
    }
}

static void
cell_set_up_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item,
                gpointer                  user_data)
{
  gtk_list_item_set_child (item, mainstay_backup_cell_new (GPOINTER_TO_INT (user_data)));
}

static void
cell_bound_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item,
               gpointer                  user_data)
{
  mainstay_backup_cell_set_backup (MAINSTAY_BACKUP_CELL (gtk_list_item_get_child (item)),
                                   gtk_list_item_get_item (item));
}

static void
cell_unbound_cb (GtkSignalListItemFactory *factory,
                 GtkListItem              *item,
                 gpointer                  user_data)
{
  mainstay_backup_cell_set_backup (MAINSTAY_BACKUP_CELL (gtk_list_item_get_child (item)), NULL);
}

static int
measure (GtkWidget  *widget,
         const char *text)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* The words differ in length from one language to another, and this column is known by them; what
 * runs is as wide as it gets when all is done. */
static int
measure_states (GtkWidget *widget)
{
  static const int icon = 16;
  int widest = 0;

  for (int state = MAINSTAY_JOB_UNKNOWN; state <= MAINSTAY_JOB_FAILED; state++)
    {
      g_autofree char *text = mainstay_format_job_progress (state, 1);

      widest = MAX (widest, measure (widget, text));
    }
  return icon + widest;
}

/* A date without its end says little; fonts differ as much as languages do. */
static int
measure_dates (GtkWidget *widget,
               char      *(*format) (gint64 time))
{
  static const gint64 first = G_GINT64_CONSTANT (1769630880000); /* late in a month of 31 days */
  static const gint64 month = G_GINT64_CONSTANT (2629746000);
  int widest = 0;

  for (int i = 0; i < 12; i++)
    {
      g_autofree char *text = format (first + i * month);

      widest = MAX (widest, measure (widget, text));
    }
  return widest;
}

static int
get_width (GtkColumnView  *view,
           MainstayColumn  number)
{
  static const int padding = 18;
  int width = columns[number].width;

  switch (number)
    {
    case MAINSTAY_COLUMN_STATUS:
      return MAX (width, padding + measure_states (GTK_WIDGET (view)));
    case MAINSTAY_COLUMN_DATE:
      return MAX (width, padding + measure_dates (GTK_WIDGET (view), mainstay_format_date));
    case MAINSTAY_COLUMN_EXPIRES:
      return MAX (width, padding + measure_dates (GTK_WIDGET (view), mainstay_format_day));
    default:
      return width;
    }
}

static GtkColumnViewColumn *
make_column (GtkColumnView  *view,
             MainstayColumn  number)
{
  const Column *column = &columns[number];
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr(GtkSorter) sorter = make_sorter (column);
  GtkColumnViewColumn *made;

  g_signal_connect (factory, "setup", G_CALLBACK (cell_set_up_cb), GINT_TO_POINTER (number));
  g_signal_connect (factory, "bind", G_CALLBACK (cell_bound_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (cell_unbound_cb), NULL);
  made = gtk_column_view_column_new (_(column->title), factory);
  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_fixed_width (made, get_width (view, number));
  gtk_column_view_column_set_expand (made, number == MAINSTAY_COLUMN_COMMENT);
  return made;
}

void
mainstay_backup_columns_append (GtkColumnView *view)
{
  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));

  for (int i = 0; i < MAINSTAY_N_COLUMNS; i++)
    {
      g_autoptr(GtkColumnViewColumn) column = make_column (view, i);

      gtk_column_view_append_column (view, column);
    }
}

static GtkColumnViewColumn *
get_column (GtkColumnView *view,
            int            number)
{
  g_autoptr(GtkColumnViewColumn) column =
    g_list_model_get_item (gtk_column_view_get_columns (view), number);

  return column;
}

static int
get_shown_width (GtkColumnViewColumn *column)
{
  if (gtk_column_view_column_get_visible (column))
    return gtk_column_view_column_get_fixed_width (column);
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (column), WIDTH_KEY));
}

static void
show_column (GtkColumnViewColumn *column,
             gboolean             visible)
{
  int width = get_shown_width (column);

  if (visible == gtk_column_view_column_get_visible (column))
    return;
  g_object_set_data (G_OBJECT (column), WIDTH_KEY, GINT_TO_POINTER (width));
  gtk_column_view_column_set_visible (column, visible);
  /* GTK 4.8 keeps the room of a hidden column, so that column must not ask for any. */
  gtk_column_view_column_set_fixed_width (column, visible ? width : 0);
}

void
mainstay_backup_columns_fit (GtkColumnView *view,
                             gboolean       details,
                             int            width)
{
  gboolean visible[MAINSTAY_N_COLUMNS];
  int left = width > 0 ? width - LEAST_COMMENT : G_MAXINT;

  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));

  for (int i = 0; i < MAINSTAY_N_COLUMNS; i++)
    {
      visible[i] = details || !columns[i].details;
      if (visible[i] && i != MAINSTAY_COLUMN_COMMENT)
        left -= get_shown_width (get_column (view, i));
    }
  for (size_t i = 0; i < G_N_ELEMENTS (dispensable) && left < 0; i++)
    if (visible[dispensable[i]])
      {
        visible[dispensable[i]] = FALSE;
        left += get_shown_width (get_column (view, (int) dispensable[i]));
      }
  for (int i = 0; i < MAINSTAY_N_COLUMNS; i++)
    show_column (get_column (view, i), visible[i]);
}

void
mainstay_backup_columns_sort (GtkColumnView *view,
                              const char    *name,
                              gboolean       descending)
{
  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));

  for (int i = 0; i < MAINSTAY_N_COLUMNS; i++)
    if (g_strcmp0 (columns[i].name, name) == 0)
      gtk_column_view_sort_by_column (view, get_column (view, i),
                                      descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

/* A backup that is the least or the greatest by every column, but the other way by @odd. */
static MainstayBackup *
make_probe (gboolean greatest,
            int      odd)
{
  g_autoptr(JsonObject) json = json_object_new ();

#define GREATEST(column) (greatest != ((column) == odd))
  json_object_set_string_member (json, "snapshot_id", "probe");
  json_object_set_string_member (json, "state", GREATEST (MAINSTAY_COLUMN_STATUS) ? "failed"
                                                                                  : "queued");
  json_object_set_string_member (json, "created_at", GREATEST (MAINSTAY_COLUMN_DATE)
                                 ? "2002-01-01T00:00:00Z" : "2001-01-01T00:00:00Z");
  json_object_set_string_member (json, "expires_at", GREATEST (MAINSTAY_COLUMN_EXPIRES)
                                 ? "2002-01-01T00:00:00Z" : "2001-01-01T00:00:00Z");
  json_object_set_string_member (json, "created_by", GREATEST (MAINSTAY_COLUMN_CREATED_BY) ? "b"
                                                                                          : "a");
  json_object_set_string_member (json, "model_version", GREATEST (MAINSTAY_COLUMN_MODEL_VERSION)
                                 ? "2" : "1");
  json_object_set_int_member (json, "size_bytes", GREATEST (MAINSTAY_COLUMN_SIZE) ? 2 : 1);
  json_object_set_string_member (json, "comment", GREATEST (MAINSTAY_COLUMN_COMMENT) ? "b" : "a");
#undef GREATEST
  return mainstay_backup_new_from_json (json, NULL);
}

static GtkOrdering
compare_probes (GtkSorter *sorter,
                int        odd)
{
  g_autoptr(MainstayBackup) least = make_probe (FALSE, odd);
  g_autoptr(MainstayBackup) greatest = make_probe (TRUE, odd);

  return gtk_sorter_compare (sorter, least, greatest);
}

/* GTK tells which column was clicked only from 4.10 on. Until then: that one decides which turns
 * the order of two backups round when it alone is turned round. */
const char *
mainstay_backup_columns_sorted (GtkColumnView *view,
                                gboolean      *descending)
{
  GtkSorter *sorter;
  GtkOrdering order;

  g_return_val_if_fail (GTK_IS_COLUMN_VIEW (view), NULL);

  sorter = gtk_column_view_get_sorter (view);
  order = compare_probes (sorter, MAINSTAY_N_COLUMNS);
  if (order == GTK_ORDERING_EQUAL)
    return NULL;
  *descending = order == GTK_ORDERING_LARGER;
  for (int i = 0; i < MAINSTAY_N_COLUMNS; i++)
    if (compare_probes (sorter, i) != order)
      return columns[i].name;
  return NULL;
}

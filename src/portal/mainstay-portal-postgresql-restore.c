/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-postgresql-restore.h"


#include "mainstay-dump-joiner.h"
#include "mainstay-portal-crew.h"
#include "mainstay-portal-swap.h"

#define MAX_LANES 8

/* pg_restore takes a table's data out of order only from a file. So that nothing has to be in one,
 * the tables are shared out, and each share goes through a pipe to a pg_restore of its own, as a
 * dump that has no others. What they need comes before and what needs them after: pg_restore's
 * own sections. */

typedef struct
{
  GArray *blocks; /* MainstayDumpBlock, in order */
  GString *list;  /* lines of these */
  gint64 size;    /* bytes */
} Lane;

typedef struct
{
  const MainstayPortalPostgresqlRestore *restore;
  MainstayPortalBackup *backup;
  MainstayPortalContentStore *store;
  GCancellable *cancellable; /* owned: ends all lanes, and nothing else */
  Lane lanes[MAX_LANES];
  unsigned int n_lanes;
  GString *rest;             /* lines of what has no data */
} Plan;

/* One lane's data, on its way. */
typedef struct
{
  Plan *plan;
  Lane *lane;
  GOutputStream *to;          /* borrowed */
  MainstayDumpJoiner *joiner; /* owned */
  gint64 head_left;           /* bytes before the first block still to come */
} Feeding;

static void
plan_clear (Plan *self)
{
  for (unsigned int i = 0; i < self->n_lanes; i++)
    {
      g_clear_pointer (&self->lanes[i].blocks, g_array_unref);
      g_string_free (g_steal_pointer (&self->lanes[i].list), TRUE);
    }
  if (self->rest != NULL)
    g_string_free (g_steal_pointer (&self->rest), TRUE);
  g_clear_object (&self->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static gboolean
run (const MainstayPortalPostgresqlRestore  *self,
     MainstayPortalPostgresqlRun            *run,
     const char                             *list,
     const char *const                      *more,
     GError                                **error)
{
  g_autofree char *use_list = g_strconcat ("--use-list=", list, NULL);
  g_autofree char *role = self->role != NULL ? g_strconcat ("--role=", self->role, NULL) : NULL;
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) arguments = NULL;

  g_strv_builder_add_many (builder, "--no-owner", "--no-privileges", "--exit-on-error", use_list,
                           NULL);
  g_strv_builder_addv (builder, (const char **) more);
  if (role != NULL)
    g_strv_builder_add (builder, role);
  arguments = g_strv_builder_end (builder);
  run->uri = self->uri;
  run->program = self->program;
  run->arguments = (const char *const *) arguments;
  run->database = self->database;
  /* The change of places waits for the disk, and with it for all that came before. */
  run->options = "-c synchronous_commit=off";
  run->meter = self->meter;
  return mainstay_portal_postgresql_run (run, NULL, error);
}

gboolean
mainstay_portal_postgresql_restore_file (const MainstayPortalPostgresqlRestore  *self,
                                         GError                                **error)
{
  g_autofree char *jobs = g_strdup_printf ("--jobs=%u", self->uri->restore_jobs);
  const char *const more[] = { jobs, self->dump, NULL };
  MainstayPortalPostgresqlRun program = { NULL };

  return run (self, &program, self->list, more, error);
}

/* Before the data: no lane can begin without it. */
static gboolean
restore_definitions (const MainstayPortalPostgresqlRestore  *self,
                     GError                                **error)
{
  const char *const more[] = { "--section=pre-data", self->dump, NULL };
  MainstayPortalPostgresqlRun program = { NULL };

  return run (self, &program, self->list, more, error);
}

static gboolean
write_list (const MainstayPortalPostgresqlRestore  *self,
            const char                             *name,
            GString                                *list,
            char                                  **path,
            GError                                **error)
{
  *path = g_build_filename (self->folder, name, NULL);
  return mainstay_portal_write_file (*path, list->str, FALSE, error);
}

/* Values of sequences, and then indexes, constraints and the like. */
static gboolean
restore_rest (Plan    *plan,
              GError **error)
{
  const MainstayPortalPostgresqlRestore *self = plan->restore;
  g_autofree char *jobs = g_strdup_printf ("--jobs=%u", self->uri->restore_jobs);
  const char *const more[] = { "--section=data", "--section=post-data", jobs, self->dump, NULL };
  g_autofree char *list = NULL;
  MainstayPortalPostgresqlRun program = { NULL };

  return write_list (self, "rest.list", plan->rest, &list, error) &&
         run (self, &program, list, more, error);
}

static gboolean
write_bytes (const guint8  *bytes,
             size_t         length,
             gpointer       user_data,
             GError       **error)
{
  Feeding *feeding = user_data;

  return g_output_stream_write_all (feeding->to, bytes, length, NULL, feeding->plan->cancellable,
                                    error);
}

static gboolean
feed_piece (const guint8  *bytes,
            size_t         length,
            gpointer       user_data,
            GError       **error)
{
  Feeding *feeding = user_data;
  size_t head = (size_t) MIN (feeding->head_left, (gint64) length);

  feeding->head_left -= (gint64) head;
  if (!write_bytes (bytes, head, feeding, error) ||
      !mainstay_dump_joiner_add (feeding->joiner, bytes + head, length - head, error))
    return FALSE;
  mainstay_portal_meter_add (feeding->plan->restore->meter, (gint64) length);
  return TRUE;
}

static gboolean
feed_lane (GOutputStream  *to,
           gpointer        user_data,
           GError        **error)
{
  Feeding *feeding = user_data;
  Plan *plan = feeding->plan;
  gboolean ok;

  feeding->to = to;
  feeding->head_left = plan->backup->contents_length;
  feeding->joiner = mainstay_dump_joiner_new (plan->restore->int_size, write_bytes, feeding);
  ok = mainstay_portal_backup_read_blocks (plan->backup, plan->store, feeding->lane->blocks,
                                           feed_piece, feeding, error) &&
       mainstay_dump_joiner_finish (feeding->joiner, error);
  g_clear_pointer (&feeding->joiner, mainstay_dump_joiner_free);
  return ok;
}

static gboolean
restore_lane (Plan          *plan,
              unsigned int   position,
              GError       **error)
{
  static const char *const more[] = { "--section=data", NULL };
  Feeding feeding = { .plan = plan, .lane = &plan->lanes[position] };
  MainstayPortalPostgresqlRun program = {
    .feed = feed_lane,
    .feed_data = &feeding,
    .cancellable = plan->cancellable,
  };
  g_autofree char *name = g_strdup_printf ("lane-%u.list", position);
  g_autofree char *list = NULL;

  return write_list (plan->restore, name, feeding.lane->list, &list, error) &&
         run (plan->restore, &program, list, more, error);
}

static gboolean
restore_lanes (MainstayPortalCrew  *crew,
               gpointer             user_data,
               GError             **error)
{
  unsigned int position;

  while (mainstay_portal_crew_next (crew, &position))
    if (!restore_lane (user_data, position, error))
      return FALSE;
  return TRUE;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

/* One that fails ends the others, but not whatever else is done for the same environment: that
 * would be told as the cause. */
static gboolean
restore_data (Plan    *plan,
              GError **error)
{
  GCancellable *all = plan->restore->meter != NULL ? plan->restore->meter->cancellable : NULL;
  gulong handler = g_cancellable_connect (all, G_CALLBACK (cancelled_cb), plan->cancellable, NULL);
  gboolean ok = mainstay_portal_crew_share ("lane", plan->n_lanes, plan->n_lanes,
                                            plan->cancellable, restore_lanes, plan, error);

  g_cancellable_disconnect (all, handler);
  return ok;
}

static int
compare_lengths (gconstpointer a,
                 gconstpointer b)
{
  const MainstayDumpBlock *one = a, *other = b;

  return one->length > other->length ? -1 : one->length < other->length;
}

static int
compare_offsets (gconstpointer a,
                 gconstpointer b)
{
  const MainstayDumpBlock *one = a, *other = b;

  return one->offset < other->offset ? -1 : one->offset > other->offset;
}

static Lane *
find_shortest (Plan *plan)
{
  Lane *shortest = &plan->lanes[0];

  for (unsigned int i = 1; i < plan->n_lanes; i++)
    if (plan->lanes[i].size < shortest->size)
      shortest = &plan->lanes[i];
  return shortest;
}

/* The longest first, each to whom has least to do.
 * Returns: (transfer full): the lane of each entry with data */
static GHashTable *
share_blocks (Plan *plan)
{
  g_autoptr(GArray) blocks = g_array_copy (plan->backup->blocks);
  GHashTable *lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  g_array_sort (blocks, compare_lengths);
  for (unsigned int i = 0; i < blocks->len; i++)
    {
      MainstayDumpBlock *block = &g_array_index (blocks, MainstayDumpBlock, i);
      Lane *lane = find_shortest (plan);

      lane->size += block->length;
      g_array_append_val (lane->blocks, *block);
      g_hash_table_insert (lanes, g_memdup2 (&block->id, sizeof block->id), lane);
    }
  for (unsigned int i = 0; i < plan->n_lanes; i++)
    g_array_sort (plan->lanes[i].blocks, compare_offsets);
  return lanes;
}

/* `215; 0 16386 TABLE DATA public customer owner`: each line in the list of whoever restores it. */
static void
share_list (Plan       *plan,
            const char *text,
            GHashTable *lanes)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (size_t i = 0; lines[i] != NULL; i++)
    {
      gint64 id = g_ascii_strtoll (lines[i], NULL, 10);
      Lane *lane = g_hash_table_lookup (lanes, &id);

      g_string_append_printf (lane != NULL ? lane->list : plan->rest, "%s\n", lines[i]);
    }
}

static gboolean
make_plan (Plan    *plan,
           GError **error)
{
  unsigned int n_lanes = MIN (plan->restore->uri->restore_jobs, MAX_LANES);
  g_autoptr(GHashTable) lanes = NULL;
  g_autofree char *text = NULL;

  if (!g_file_get_contents (plan->restore->list, &text, NULL, error))
    return FALSE;
  plan->cancellable = g_cancellable_new ();
  plan->rest = g_string_new (NULL);
  plan->n_lanes = MIN (n_lanes, plan->backup->blocks->len);
  for (unsigned int i = 0; i < plan->n_lanes; i++)
    {
      plan->lanes[i].blocks = g_array_new (FALSE, FALSE, sizeof (MainstayDumpBlock));
      plan->lanes[i].list = g_string_new (NULL);
    }
  lanes = share_blocks (plan);
  share_list (plan, text, lanes);
  return TRUE;
}

gboolean
mainstay_portal_postgresql_restore_blocks (const MainstayPortalPostgresqlRestore  *self,
                                           MainstayPortalBackup                   *backup,
                                           MainstayPortalContentStore             *store,
                                           GError                                **error)
{
  g_auto(Plan) plan = { .restore = self, .backup = backup, .store = store };

  return make_plan (&plan, error) && restore_definitions (self, error) &&
         mainstay_portal_swap_step ("database-tables", error) && restore_data (&plan, error) &&
         mainstay_portal_swap_step ("database-indexes", error) && restore_rest (&plan, error);
}

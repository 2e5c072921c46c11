/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-swap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "mainstay-disk.h"
#include "mainstay-json.h"
#include "mainstay-portal-engine.h"
#include "mainstay-portal-files.h"

#define JOURNAL_SUFFIX ".json"

typedef struct
{
  char *live;
  char *fresh;
  char *old;
  gboolean is_database; /* the engine's, and none of the others is of use */
  gboolean has_new;
  gboolean had_live;    /* known only when the renaming begins */
} Item;

struct _MainstayPortalSwap
{
  char *job_id;
  char *journal;
  GPtrArray *items;             /* owned Item */
  MainstayPortalEngine *engine; /* owned (nullable) */
};

static MainstayPortalSwapHook test_hook;
static gpointer test_hook_data;

void
mainstay_portal_swap_set_hook (MainstayPortalSwapHook hook,
                               gpointer               user_data)
{
  test_hook = hook;
  test_hook_data = user_data;
}

gboolean
mainstay_portal_swap_step (const char  *step,
                           GError     **error)
{
  if (test_hook == NULL || test_hook (step, test_hook_data))
    return TRUE;
  mainstay_disk_error_set (error, EIO, "Cannot go on");
  return FALSE;
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->live, g_free);
  g_clear_pointer (&item->fresh, g_free);
  g_clear_pointer (&item->old, g_free);
  g_clear_pointer (&item, g_free);
}

MainstayPortalSwap *
mainstay_portal_swap_new (const char *journal_folder,
                          const char *job_id)
{
  MainstayPortalSwap *self = g_new0 (MainstayPortalSwap, 1);

  self->job_id = g_strdup (job_id);
  self->journal = g_strdup_printf ("%s/%s" JOURNAL_SUFFIX, journal_folder, job_id);
  self->items = g_ptr_array_new_with_free_func (item_free);
  return self;
}

void
mainstay_portal_swap_free (MainstayPortalSwap *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->job_id, g_free);
  g_clear_pointer (&self->journal, g_free);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->engine);
  g_clear_pointer (&self, g_free);
}

const char *
mainstay_portal_swap_get_job_id (MainstayPortalSwap *self)
{
  return self->job_id;
}

static gboolean
write_journal (MainstayPortalSwap  *self,
               GError             **error)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (unsigned int i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "database");
      json_builder_add_boolean_value (builder, item->is_database);
      json_builder_set_member_name (builder, "path");
      json_builder_add_string_value (builder, item->live);
      json_builder_set_member_name (builder, "has_new");
      json_builder_add_boolean_value (builder, item->has_new);
      json_builder_set_member_name (builder, "had_live");
      json_builder_add_boolean_value (builder, item->had_live);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = mainstay_json_to_text (root);
  return mainstay_portal_write_file (self->journal, text, TRUE, error);
}

static gboolean
exists (const char *path)
{
  struct stat status;

  return lstat (path, &status) == 0;
}

static Item *
add_item (MainstayPortalSwap *self,
          const char         *live,
          gboolean            has_new)
{
  Item *item = g_new0 (Item, 1);

  item->live = g_strdup (live);
  item->fresh = g_strdup_printf ("%s.mainstay-new-%s", live, self->job_id);
  item->old = g_strdup_printf ("%s.mainstay-old-%s", live, self->job_id);
  item->has_new = has_new;
  item->had_live = TRUE; /* until it is looked at: nothing may be removed for the lack of it */
  g_ptr_array_add (self->items, item);
  return item;
}

const char *
mainstay_portal_swap_add (MainstayPortalSwap  *self,
                          const char          *live,
                          gboolean             has_new,
                          GError             **error)
{
  Item *item = add_item (self, live, has_new);

  if (!mainstay_portal_swap_step ("journal", error) || !write_journal (self, error))
    return NULL;
  return has_new ? item->fresh : NULL;
}

gboolean
mainstay_portal_swap_add_database (MainstayPortalSwap    *self,
                                   MainstayPortalEngine  *engine,
                                   GError               **error)
{
  Item *item = add_item (self, "", TRUE);

  item->is_database = TRUE;
  mainstay_portal_swap_set_engine (self, engine);
  return mainstay_portal_swap_step ("journal", error) && write_journal (self, error);
}

gboolean
mainstay_portal_swap_has_database (MainstayPortalSwap *self)
{
  for (unsigned int i = 0; i < self->items->len; i++)
    if (((Item *) g_ptr_array_index (self->items, i))->is_database)
      return TRUE;
  return FALSE;
}

void
mainstay_portal_swap_set_engine (MainstayPortalSwap   *self,
                                 MainstayPortalEngine *engine)
{
  g_set_object (&self->engine, engine);
}

static gboolean
move (const char  *from,
      const char  *to,
      GError     **error)
{
  if (rename (from, to) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot rename");
      return FALSE;
    }
  return mainstay_portal_sync_parent (to, error);
}

static gboolean
execute_item (MainstayPortalSwap  *self,
              Item                *item,
              GError             **error)
{
  if (item->is_database)
    return mainstay_portal_engine_exchange (self->engine, self->job_id, error);
  if (!mainstay_portal_swap_step ("old", error) ||
      (item->had_live && !move (item->live, item->old, error)))
    return FALSE;
  return mainstay_portal_swap_step ("new", error) &&
         (!item->has_new || move (item->fresh, item->live, error));
}

gboolean
mainstay_portal_swap_execute (MainstayPortalSwap  *self,
                              GError             **error)
{
  for (unsigned int i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      item->had_live = item->is_database || exists (item->live);
    }
  if (!mainstay_portal_swap_step ("plan", error) || !write_journal (self, error))
    return FALSE;
  for (unsigned int i = 0; i < self->items->len; i++)
    if (!execute_item (self, g_ptr_array_index (self->items, i), error))
      return FALSE;
  return mainstay_portal_swap_step ("record", error);
}

static gboolean
remove_journal (MainstayPortalSwap  *self,
                GError             **error)
{
  return mainstay_portal_remove_tree (self->journal, error) &&
         mainstay_portal_sync_parent (self->journal, error);
}

gboolean
mainstay_portal_swap_finish (MainstayPortalSwap  *self,
                             GError             **error)
{
  if (!mainstay_portal_swap_step ("finish", error))
    return FALSE;
  for (unsigned int i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (item->is_database ? !mainstay_portal_engine_finish (self->engine, self->job_id, error)
                            : !mainstay_portal_remove_tree (item->old, error))
        return FALSE;
    }
  return remove_journal (self, error);
}

static gboolean
roll_item_back (MainstayPortalSwap  *self,
                Item                *item,
                GError             **error)
{
  gboolean was_swapped;

  if (item->is_database)
    return mainstay_portal_engine_roll_back (self->engine, self->job_id, error);
  was_swapped = item->had_live ? exists (item->old) : !exists (item->fresh);
  if (was_swapped && !mainstay_portal_remove_tree (item->live, error))
    return FALSE;
  if (was_swapped && item->had_live && !move (item->old, item->live, error))
    return FALSE;
  return TRUE;
}

gboolean
mainstay_portal_swap_rollback (MainstayPortalSwap  *self,
                               GError             **error)
{
  if (!mainstay_portal_swap_step ("rollback", error))
    return FALSE;
  for (unsigned int i = self->items->len; i > 0; i--)
    if (!roll_item_back (self, g_ptr_array_index (self->items, i - 1), error))
      return FALSE;
  for (unsigned int i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (!item->is_database && !mainstay_portal_remove_tree (item->fresh, error))
        return FALSE;
    }
  return remove_journal (self, error);
}

static void
read_items (MainstayPortalSwap *self,
            JsonArray          *array)
{
  for (unsigned int i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *live = object != NULL ? mainstay_json_get_string (object, "path") : NULL;

      if (live != NULL)
        {
          Item *item = add_item (self, live, mainstay_json_get_boolean (object, "has_new", TRUE));

          item->is_database = mainstay_json_get_boolean (object, "database", FALSE);
          item->had_live = mainstay_json_get_boolean (object, "had_live", TRUE);
        }
    }
}

static MainstayPortalSwap *
load (const char  *folder,
      const char  *name,
      GError     **error)
{
  g_autofree char *job_id = g_strndup (name, strlen (name) - strlen (JOURNAL_SUFFIX));
  g_autoptr(MainstayPortalSwap) self = mainstay_portal_swap_new (folder, job_id);
  g_autofree char *text = NULL;
  g_autoptr(JsonNode) root = NULL;

  if (!g_file_get_contents (self->journal, &text, NULL, error))
    return NULL;
  root = mainstay_json_parse (text, -1, error);
  if (root == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (root))
    read_items (self, json_node_get_array (root));
  return g_steal_pointer (&self);
}

gboolean
mainstay_portal_swap_is_journal (const char *file_name)
{
  return g_str_has_suffix (file_name, JOURNAL_SUFFIX);
}

GPtrArray *
mainstay_portal_swap_load_all (const char  *journal_folder,
                               GError     **error)
{
  g_autoptr(GPtrArray) swaps =
    g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_portal_swap_free);
  g_autoptr(GDir) dir = g_dir_open (journal_folder, 0, error);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      MainstayPortalSwap *swap;

      if (!mainstay_portal_swap_is_journal (name))
        continue;
      swap = load (journal_folder, name, error);
      if (swap == NULL)
        return NULL;
      g_ptr_array_add (swaps, swap);
    }
  return dir != NULL ? g_steal_pointer (&swaps) : NULL;
}

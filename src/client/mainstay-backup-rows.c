/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-backup-list-private.h"
#include "mainstay-backup-order.h"

/** mainstay_backup_rows_position_of: Returns: where @backup is, or where it belongs */
unsigned int
mainstay_backup_rows_position_of (MainstayBackupList *self,
                                  MainstayBackup     *backup)
{
  unsigned int low = 0;
  unsigned int high = self->items->len;

  /* Pages arrive newest first, so that almost every one belongs at the end. */
  if (high > 0 &&
      mainstay_backup_order_compare (g_ptr_array_index (self->items, high - 1), backup) < 0)
    return high;
  while (low < high)
    {
      unsigned int middle = low + (high - low) / 2;

      if (mainstay_backup_order_compare (g_ptr_array_index (self->items, middle), backup) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
follow (MainstayBackupList *self,
        MainstayBackup     *row)
{
  if (!mainstay_job_state_is_finished (mainstay_backup_get_state (row)))
    mainstay_backup_poller_follow (self->poller, row);
  else
    mainstay_backup_poller_forget (self->poller, mainstay_backup_get_id (row));
}

/* Makes room for @count rows at @position; they must be filled at once. */
static void
open_gap (GPtrArray    *items,
          unsigned int  position,
          unsigned int  count)
{
  unsigned int length = items->len;

  g_ptr_array_set_size (items, (int) (length + count));
  memmove (items->pdata + position + count, items->pdata + position,
           (length - position) * sizeof (gpointer));
}

/**
 * mainstay_backup_rows_insert_run:
 * @self: a list
 * @page: backups, newest first
 * @first: the first to insert, which is not listed yet
 * @last: insert none from here on
 *
 * Inserts as many as are new and follow each other in the list too.
 *
 * Returns: how many were inserted, at least one
 */
unsigned int
mainstay_backup_rows_insert_run (MainstayBackupList *self,
                                 GPtrArray          *page,
                                 unsigned int        first,
                                 unsigned int        last)
{
  MainstayBackup *head = g_ptr_array_index (page, first);
  unsigned int position = mainstay_backup_rows_position_of (self, head);
  MainstayBackup *after = position < self->items->len ? g_ptr_array_index (self->items, position)
                                                      : NULL;
  unsigned int count = 0;

  for (unsigned int i = first; i < last; i++, count++)
    {
      MainstayBackup *backup = g_ptr_array_index (page, i);

      if (after != NULL && mainstay_backup_order_compare (backup, after) > 0)
        break;
      if (g_hash_table_contains (self->by_id, mainstay_backup_get_id (backup)))
        break;
      g_hash_table_insert (self->by_id, (gpointer) mainstay_backup_get_id (backup), backup);
    }
  open_gap (self->items, position, count);
  for (unsigned int i = 0; i < count; i++)
    {
      self->items->pdata[position + i] = g_object_ref (g_ptr_array_index (page, first + i));
      follow (self, g_ptr_array_index (page, first + i));
    }
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, count);
  return count;
}

/** mainstay_backup_rows_remove: Takes out @count rows from @position on. */
void
mainstay_backup_rows_remove (MainstayBackupList *self,
                             unsigned int        position,
                             unsigned int        count)
{
  for (unsigned int i = position; i < position + count; i++)
    {
      const char *id = mainstay_backup_get_id (g_ptr_array_index (self->items, i));

      mainstay_backup_poller_forget (self->poller, id);
      g_hash_table_remove (self->by_id, id);
    }
  g_ptr_array_remove_range (self->items, position, count);
  g_list_model_items_changed (G_LIST_MODEL (self), position, count, 0);
}

static void
move_row (MainstayBackupList *self,
          MainstayBackup     *row,
          MainstayBackup     *newer)
{
  g_autoptr(MainstayBackup) keep = g_object_ref (row);
  unsigned int position = mainstay_backup_rows_position_of (self, row);

  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  mainstay_backup_update (row, newer);
  position = mainstay_backup_rows_position_of (self, row);
  g_ptr_array_insert (self->items, (int) position, g_steal_pointer (&keep));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/** mainstay_backup_rows_update: Merges @newer into @row, which is listed. */
void
mainstay_backup_rows_update (MainstayBackupList *self,
                             MainstayBackup     *row,
                             MainstayBackup     *newer)
{
  if (row == newer)
    return;
  if (mainstay_backup_get_created_at (row) != mainstay_backup_get_created_at (newer))
    move_row (self, row, newer);
  else
    mainstay_backup_update (row, newer);
  follow (self, row);
}

/** mainstay_backup_rows_put: Returns: (transfer none): the row that @backup became or changed */
MainstayBackup *
mainstay_backup_rows_put (MainstayBackupList *self,
                          MainstayBackup     *backup)
{
  MainstayBackup *row = g_hash_table_lookup (self->by_id, mainstay_backup_get_id (backup));
  unsigned int position;

  if (row != NULL)
    {
      mainstay_backup_rows_update (self, row, backup);
      return row;
    }
  position = mainstay_backup_rows_position_of (self, backup);
  g_hash_table_insert (self->by_id, (gpointer) mainstay_backup_get_id (backup), backup);
  g_ptr_array_insert (self->items, (int) position, g_object_ref (backup));
  follow (self, backup);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  return backup;
}
